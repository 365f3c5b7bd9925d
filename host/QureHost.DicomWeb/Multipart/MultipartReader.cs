using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace QureHost.DicomWeb.Multipart;

/// <summary>
/// Reads a <c>multipart/related</c> body (RFC 2046 §5.1, RFC 2387) part by part from a pipe. A part is a pipe itself, a window on
/// the request's own buffers: nothing is copied, and no more of the body is in memory than the transport keeps.
/// </summary>
/// <param name="body">The request's body. The reader does not complete it.</param>
/// <param name="boundary">The boundary parameter of the Content-Type, without quotes.</param>
public sealed class MultipartReader(PipeReader body, string boundary)
{
    /// <summary>All header lines of one part together.</summary>
    public const int MaxHeaderBytes = 16 * 1024;

    /// <summary>What may stand before the first delimiter.</summary>
    public const int MaxPreambleBytes = 64 * 1024;

    internal const string EndsEarly = "The multipart body ends before its closing delimiter.";

    private const int MaxBoundaryLength = 128; // RFC 2046 says 70
    private const int Lookahead = 2;            // "--" closes; CR LF or white space opens a part; anything else is data

    private readonly byte[] _delimiter = DelimiterOf(boundary);
    private MultipartPart? _part;
    private bool _begun;
    private bool _closed;

    internal PipeReader Body => body;

    /// <summary>The next part, or null behind the closing delimiter. What is left of the part before is skipped.</summary>
    /// <exception cref="MultipartFormatException">The body breaks the format, or ends before its closing delimiter.</exception>
    public async ValueTask<MultipartPart?> NextAsync(CancellationToken cancellationToken)
    {
        if (_closed)
        {
            return null;
        }

        if (!_begun)
        {
            await SkipPreambleAsync(cancellationToken);
            _begun = true;
        }
        else if (_part is not null)
        {
            await _part.SkipAsync(cancellationToken);
        }

        if (await ReadDelimiterLineAsync(cancellationToken))
        {
            _closed = true;
            return null;
        }

        var headers = await ReadHeadersAsync(cancellationToken);
        return _part = new MultipartPart(this, headers);
    }

    /// <summary>
    /// Looks for the delimiter from <paramref name="from"/> on. Found: its offset. Not found: <paramref name="safe"/> bytes
    /// certainly belong to the part, and the search goes on from there when more has arrived.
    /// </summary>
    internal long FindDelimiter(in ReadOnlySequence<byte> buffer, long from, out long safe)
    {
        var search = new DelimiterSearch(_delimiter);
        while (true)
        {
            var at = search.IndexIn(buffer, from);
            if (at < 0)
            {
                safe = Math.Max(from, buffer.Length - _delimiter.Length - Lookahead + 1);
                return -1;
            }

            if (buffer.Length < at + _delimiter.Length + Lookahead)
            {
                safe = at;
                return -1;
            }

            if (IsDelimiter(buffer.Slice(at + _delimiter.Length, Lookahead)))
            {
                safe = at;
                return at;
            }

            from = at + 1;
        }
    }

    /// <summary>The error for a body that breaks the format; what was read of it counts as taken, so that the transport can go on.</summary>
    internal MultipartFormatException Refuse(ReadResult read, string message)
    {
        body.AdvanceTo(read.Buffer.End);
        return new MultipartFormatException(message);
    }

    private static byte[] DelimiterOf(string boundary)
    {
        if (boundary.Length is 0 or > MaxBoundaryLength || boundary.Any(c => c is < ' ' or > '~'))
        {
            throw new MultipartFormatException($"The boundary must have 1 to {MaxBoundaryLength} printable ASCII characters.");
        }

        return Encoding.ASCII.GetBytes("\r\n--" + boundary);
    }

    // A boundary that begins with ours ("abc" in "abcd") is data.
    private static bool IsDelimiter(ReadOnlySequence<byte> next)
    {
        Span<byte> two = stackalloc byte[Lookahead];
        next.CopyTo(two);
        return two[0] is (byte)' ' or (byte)'\t' || two.SequenceEqual("--"u8) || two.SequenceEqual("\r\n"u8);
    }

    private async ValueTask SkipPreambleAsync(CancellationToken cancellationToken)
    {
        // The first delimiter may stand at the very start, without the CR LF that belongs to every other.
        var bare = _delimiter.Length - 2;
        var first = await body.ReadAtLeastAsync(bare + Lookahead, cancellationToken);
        var buffer = first.Buffer;
        if (buffer.Length < bare + Lookahead)
        {
            throw Refuse(first, EndsEarly);
        }

        if (buffer.Slice(0, bare).ToArray().AsSpan().SequenceEqual(_delimiter.AsSpan(2)) && IsDelimiter(buffer.Slice(bare, Lookahead)))
        {
            body.AdvanceTo(buffer.GetPosition(bare), buffer.GetPosition(bare));
            return;
        }

        body.AdvanceTo(buffer.Start, buffer.Start);
        for (long from = 0; ;)
        {
            var read = await body.ReadAsync(cancellationToken);
            var at = FindDelimiter(read.Buffer, from, out from);
            if (at >= 0)
            {
                var behind = read.Buffer.GetPosition(at + _delimiter.Length);
                body.AdvanceTo(behind, behind);
                return;
            }

            if (read.IsCompleted)
            {
                throw Refuse(read, "The multipart body does not hold its boundary.");
            }

            if (from > MaxPreambleBytes)
            {
                throw Refuse(read, $"No boundary in the first {MaxPreambleBytes} bytes of the multipart body.");
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    // From behind "--boundary" (preamble), or from its CR LF on (every other part), to the end of the line. True: "--", the end.
    private async ValueTask<bool> ReadDelimiterLineAsync(CancellationToken cancellationToken)
    {
        var skip = _part is null ? 0 : _delimiter.Length;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var line = read.Buffer.Slice(skip);
            if (line.Length >= Lookahead && line.Slice(0, 2).ToArray() is [(byte)'-', (byte)'-'])
            {
                body.AdvanceTo(line.GetPosition(2), line.GetPosition(2));
                return true;
            }

            if (line.PositionOf((byte)'\n') is { } end)
            {
                foreach (var memory in line.Slice(0, end))
                {
                    if (memory.Span.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') >= 0)
                    {
                        throw Refuse(read, "A multipart delimiter is followed by text on its line.");
                    }
                }

                var next = line.GetPosition(1, end);
                body.AdvanceTo(next, next);
                return false;
            }

            if (read.IsCompleted)
            {
                throw Refuse(read, EndsEarly);
            }

            if (line.Length > MaxHeaderBytes)
            {
                throw Refuse(read, "A multipart delimiter's line does not end.");
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async ValueTask<PartHeaders> ReadHeadersAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var window = buffer.Slice(0, Math.Min(buffer.Length, MaxHeaderBytes));
            if (PartHeaders.TryParse(window, out var headers, out var blankLine, out var problem))
            {
                // A part without a body shares the CR LF of its blank line with the next delimiter: wait until one can tell.
                var rest = buffer.Slice(blankLine);
                if (rest.Length >= _delimiter.Length + Lookahead || read.IsCompleted)
                {
                    var head = rest.Slice(0, Math.Min(rest.Length, _delimiter.Length + Lookahead));
                    var shared = FindDelimiter(head, 0, out _) == 0;
                    var next = shared ? blankLine : PartHeaders.BehindLine(rest);
                    body.AdvanceTo(next, next);
                    return headers;
                }
            }
            else if (problem is not null)
            {
                throw Refuse(read, problem);
            }
            else if (window.Length == MaxHeaderBytes)
            {
                throw Refuse(read, $"The headers of a part are longer than {MaxHeaderBytes} bytes.");
            }

            if (read.IsCompleted)
            {
                throw Refuse(read, EndsEarly);
            }

            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
