using System.Buffers;
using System.Buffers.Binary;

namespace QureHost.Processes;

/// <summary>
/// Messages over a stream: an unsigned 32-bit little-endian length, then that many bytes. Any number of senders may
/// send at once; one receiver receives.
/// </summary>
public sealed class FrameChannel(Stream stream, int largest = 16 << 20) : IAsyncDisposable
{
    private const int Header = sizeof(uint);
    private const int Step = 64 << 10;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly byte[] _buffer = new byte[8 << 10];
    private int _start;
    private int _end;

    /// <summary>Sends one frame whole.</summary>
    /// <exception cref="FrameException">Larger than the channel carries.</exception>
    /// <exception cref="IOException">The other side is gone.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken ct)
    {
        if (frame.Length > largest)
        {
            throw new FrameException($"A frame of {frame.Length} bytes is larger than this channel carries ({largest}).");
        }

        // One write for header and payload: one system call, and the reader wakes once.
        var whole = ArrayPool<byte>.Shared.Rent(Header + frame.Length);
        try
        {
            BinaryPrimitives.WriteUInt32LittleEndian(whole, (uint)frame.Length);
            frame.CopyTo(whole.AsMemory(Header));
            await _sending.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                // Not cancelled halfway: half a frame would garble all that follow.
                await stream.WriteAsync(whole.AsMemory(0, Header + frame.Length), CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>The next frame, or null where the other side has closed between two frames.</summary>
    /// <exception cref="FrameException">The length is out of bounds, or the stream ends within a frame.</exception>
    public async ValueTask<byte[]?> ReceiveAsync(CancellationToken ct)
    {
        if (!await FillAsync(Header, ct).ConfigureAwait(false))
        {
            return _end == _start ? null : throw new FrameException("The other side ended within a frame's length.");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start));
        if (length > largest)
        {
            throw new FrameException($"A frame says that it has {length} bytes; this channel carries {largest} at most.");
        }

        _start += Header;
        return await PayloadAsync((int)length, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async ValueTask<byte[]> PayloadAsync(int length, CancellationToken ct)
    {
        // What is allocated follows what has come, not what was announced.
        var payload = new byte[Math.Min(length, Math.Max(Step, _end - _start))];
        var filled = Math.Min(length, _end - _start);
        _buffer.AsSpan(_start, filled).CopyTo(payload);
        _start += filled;
        while (filled < length)
        {
            if (filled == payload.Length)
            {
                Array.Resize(ref payload, (int)Math.Min(length, payload.Length * 4L));
            }

            var read = await stream.ReadAsync(payload.AsMemory(filled), ct).ConfigureAwait(false);
            filled += read > 0 ? read : throw new FrameException($"The other side ended after {filled} of a frame's {length} bytes.");
        }

        return payload;
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken ct)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
