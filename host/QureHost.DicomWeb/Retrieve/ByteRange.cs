using System.Globalization;
using Microsoft.AspNetCore.Http;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>A single byte range of RFC 9110 §14.2. Several ranges are answered with the whole, as the RFC allows.</summary>
internal static class ByteRange
{
    /// <summary>What to send of a resource of this length; sets status and headers. 416 where the range lies outside.</summary>
    public static (long Offset, long Length) Choose(DicomWebRequest request, long length)
    {
        request.Response.Headers.AcceptRanges = "bytes";
        var header = request.Http.Headers.Range.ToString();
        if (!header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || header.Contains(','))
        {
            return (0, length);
        }

        var (first, last) = Parse(header["bytes=".Length..].Trim(), length);
        if (first is null)
        {
            return (0, length); // a malformed range is ignored
        }

        if (first >= length || last < first)
        {
            request.Response.Headers.ContentRange = $"bytes */{length}";
            throw new ProblemException(StatusCodes.Status416RangeNotSatisfiable, $"The range lies outside the {length} bytes.");
        }

        request.Response.StatusCode = StatusCodes.Status206PartialContent;
        request.Response.Headers.ContentRange = $"bytes {first}-{last}/{length}";
        return (first.Value, last - first.Value + 1);
    }

    private static (long? First, long Last) Parse(string range, long length)
    {
        var dash = range.IndexOf('-');
        if (dash < 0)
        {
            return default;
        }

        if (dash == 0)
        {
            return Number(range[1..]) is { } suffix ? (suffix == 0 ? length : Math.Max(0, length - suffix), length - 1) : default;
        }

        var first = Number(range[..dash]);
        var last = dash == range.Length - 1 ? length - 1 : Number(range[(dash + 1)..]);
        return first is null || last is null ? default : (first, Math.Min(last.Value, length - 1));
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
