using System.Buffers;

namespace QureHost.DicomWeb.Multipart;

/// <summary>
/// Finds <c>CRLF "--" boundary</c> in buffers that arrive in pieces. The body of a part is never copied: long spans are
/// searched with vector instructions, and only the few bytes around a seam between two pieces are looked at one by one.
/// </summary>
internal readonly struct DelimiterSearch(byte[] delimiter)
{
    /// <summary>Offset of the first occurrence at or after <paramref name="from"/>, or -1.</summary>
    public long IndexIn(in ReadOnlySequence<byte> buffer, long from)
    {
        if (buffer.IsSingleSegment)
        {
            var at = buffer.FirstSpan[(int)from..].IndexOf(delimiter);
            return at < 0 ? -1 : from + at;
        }

        long start = 0; // offset of the current piece in the buffer
        foreach (var memory in buffer)
        {
            var span = memory.Span;
            var skip = (int)Math.Clamp(from - start, 0, span.Length);
            var at = span[skip..].IndexOf(delimiter);
            if (at >= 0)
            {
                return start + skip + at;
            }

            // An occurrence may begin in the last bytes of this piece and end in a later one.
            for (var seam = Math.Max(skip, span.Length - delimiter.Length + 1); seam < span.Length; seam++)
            {
                if (span[seam] == delimiter[0] && Matches(buffer, start + seam))
                {
                    return start + seam;
                }
            }

            start += span.Length;
        }

        return -1;
    }

    private bool Matches(in ReadOnlySequence<byte> buffer, long at)
    {
        if (buffer.Length - at < delimiter.Length)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[delimiter.Length]; // at most 2 + 2 + 70 bytes: RFC 2046 §5.1.1
        buffer.Slice(at, delimiter.Length).CopyTo(bytes);
        return bytes.SequenceEqual(delimiter);
    }
}
