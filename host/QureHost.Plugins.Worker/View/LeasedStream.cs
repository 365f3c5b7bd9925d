using QureHost.Plugins.Protocol;
using QureHost.Processes;

namespace QureHost.Plugins.Worker;

/// <summary>Shared bytes as a stream, to be read only.</summary>
internal sealed class LeasedStream(RunLink link, Lease lease) : Stream
{
    private SharedBlock? _block = link.Map(lease, writable: false);
    private long _position;

    public override bool CanRead => _block is not null;

    public override bool CanSeek => _block is not null;

    public override bool CanWrite => false;

    public override long Length => lease.Length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        var block = _block ?? throw new ObjectDisposedException(nameof(LeasedStream));
        var count = (int)Math.Clamp(lease.Length - _position, 0, buffer.Length);
        if (count > 0)
        {
            block.Memory.Span.Slice((int)_position, count).CopyTo(buffer);
            _position += count;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => lease.Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _block, null) is not null)
        {
            link.End(lease.Id);
        }

        base.Dispose(disposing);
    }
}
