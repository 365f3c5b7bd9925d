using Microsoft.Win32.SafeHandles;

namespace QureHost.Archive;

/// <summary>A part of a file as a stream of its own, read by position; several may share one handle.</summary>
internal sealed class HandleStream(SafeFileHandle handle, long offset, long length, bool ownsHandle = false) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(handle, buffer[..Left(buffer.Length)], offset + position);
        position += read;
        return read;
    }

    public override int Read(byte[] buffer, int start, int count) => Read(buffer.AsSpan(start, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await RandomAccess.ReadAsync(handle, buffer[..Left(buffer.Length)], offset + position, cancellationToken).ConfigureAwait(false);
        position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int start, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(start, count), cancellationToken).AsTask();

    public override long Seek(long to, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => to,
        SeekOrigin.Current => position + to,
        _ => length + to,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int start, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsHandle)
            handle.Dispose();
        base.Dispose(disposing);
    }

    private int Left(int wanted) => (int)Math.Clamp(length - position, 0, wanted);
}
