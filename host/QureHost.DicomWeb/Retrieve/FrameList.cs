using System.Globalization;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>The list of frames in a path: <c>1</c>, <c>2,4</c>; counted from 1 (PS3.18 §10.1.2).</summary>
internal static class FrameList
{
    public static int[] Parse(string? text, int available)
    {
        var names = (text ?? "").Split(',');
        if (names.Length > Math.Max(available, 1) * 4)
        {
            throw Problem.BadRequest("The list of frames is much longer than the instance has frames.");
        }

        var frames = new int[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!int.TryParse(names[i], NumberStyles.None, CultureInfo.InvariantCulture, out frames[i]) || frames[i] == 0)
            {
                throw Problem.BadRequest("Frames are whole numbers from 1 on, separated by commas.");
            }

            if (frames[i] > available)
            {
                throw Problem.NotFound($"There is no frame {frames[i]}: the instance has {available}.");
            }
        }

        return frames;
    }
}
