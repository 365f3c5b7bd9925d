using System.Buffers;
using System.IO.Pipelines;

namespace QureHost.DicomWeb.Multipart;

/// <summary>
/// One part: its headers, and its body as a pipe that ends before the next delimiter. Valid until the reader's next part is
/// asked for.
/// </summary>
public sealed class MultipartPart : PipeReader
{
    private readonly MultipartReader _owner;
    private ReadOnlySequence<byte> _buffer;   // all that the transport gave
    private SequencePosition _end;            // where the part's own bytes end in it
    private long _searched;                   // bytes of the buffer that hold no delimiter
    private long _examined;                   // unconsumed bytes that the consumer has seen
    private bool _complete;                   // the delimiter is in sight
    private bool _consumed;                   // ... and next in the body

    internal MultipartPart(MultipartReader owner, PartHeaders headers) => (_owner, Headers) = (owner, headers);

    public PartHeaders Headers { get; }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await _owner.Body.ReadAsync(cancellationToken);
            if (TryWindow(read, out var result))
            {
                return result;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        while (_owner.Body.TryRead(out var read))
        {
            if (TryWindow(read, out result))
            {
                return true;
            }
        }

        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var start = _buffer.GetOffset(_buffer.Start);
        var consumedBytes = _buffer.GetOffset(consumed) - start;
        var endBytes = _buffer.GetOffset(_end) - start;
        var examinedBytes = Math.Max(consumedBytes, _buffer.GetOffset(examined) - start);
        _searched = Math.Max(0, _searched - consumedBytes);
        _examined = examinedBytes - consumedBytes;
        _consumed = _complete && consumedBytes == endBytes;

        // Everything that could be shown was seen: only what comes behind the bytes held back makes a new read worthwhile.
        var all = !_complete && examinedBytes == endBytes;
        _owner.Body.AdvanceTo(consumed, all ? _buffer.End : examined);
    }

    public override void CancelPendingRead() => _owner.Body.CancelPendingRead();

    /// <summary>Ends nothing but the consumer's interest; the reader skips what is left.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    internal async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        while (!_consumed)
        {
            var read = await ReadAsync(cancellationToken);
            AdvanceTo(read.Buffer.End);
        }
    }

    private bool TryWindow(in ReadResult read, out ReadResult result)
    {
        _buffer = read.Buffer;
        var at = _owner.FindDelimiter(_buffer, _searched, out _searched);
        _complete = at >= 0;
        var shown = _complete ? at : _searched;
        if (!_complete && read.IsCompleted)
        {
            throw _owner.Refuse(read, MultipartReader.EndsEarly);
        }

        if (!_complete && shown <= _examined && !read.IsCanceled)
        {
            _owner.Body.AdvanceTo(_buffer.Start, _buffer.End);
            result = default;
            return false;
        }

        _end = _buffer.GetPosition(shown);
        result = new ReadResult(_buffer.Slice(0, _end), read.IsCanceled, _complete);
        return true;
    }
}
