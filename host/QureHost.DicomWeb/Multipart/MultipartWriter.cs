using System.Buffers;
using System.Text;

namespace QureHost.DicomWeb.Multipart;

/// <summary>
/// The frame around the parts of a <c>multipart/related</c> answer. Lengths are known before the first byte leaves, so that the
/// answer carries a Content-Length and is not chunked.
/// </summary>
public sealed class MultipartWriter
{
    private readonly string _boundary = "qurehost-" + Guid.NewGuid().ToString("N");

    /// <summary>The answer's Content-Type for parts of one media type.</summary>
    public string ContentType(string partMediaType) => $"multipart/related; type=\"{partMediaType}\"; boundary={_boundary}";

    /// <summary>What stands before a part's bytes.</summary>
    /// <param name="first">The first part: nothing to end before it.</param>
    /// <param name="contentType">Media type of the part, transfer syntax included.</param>
    /// <param name="location">Address of the part itself (PS3.18 §8.6.1.2.2 lets every part carry one), or null.</param>
    public byte[] PartHead(bool first, string contentType, string? location)
    {
        var head = new StringBuilder(160);
        head.Append(first ? "--" : "\r\n--").Append(_boundary).Append("\r\nContent-Type: ").Append(contentType).Append("\r\n");
        if (location is not null)
        {
            head.Append("Content-Location: ").Append(location).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }

    /// <summary>What stands behind the last part.</summary>
    public byte[] End() => Encoding.ASCII.GetBytes($"\r\n--{_boundary}--\r\n");
}
