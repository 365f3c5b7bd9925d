using System.Globalization;

namespace QureHost.Plugins.ChestXray.Films;

/// <summary>Patient's Age (0010,1010), value representation AS (PS3.5 §6.2): <c>nnnD</c>, <c>nnnW</c>, <c>nnnM</c>, <c>nnnY</c>.</summary>
internal static class PatientAge
{
    /// <summary>Years, or null where absent or malformed.</summary>
    public static double? Years(string? age)
    {
        if (age is not { Length: >= 2 and <= 4 } || !int.TryParse(age.AsSpan(0, age.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return char.ToUpperInvariant(age[^1]) switch
        {
            'D' => number / 365.25,
            'W' => number * 7 / 365.25,
            'M' => number / 12.0,
            'Y' => number,
            _ => null,
        };
    }
}
