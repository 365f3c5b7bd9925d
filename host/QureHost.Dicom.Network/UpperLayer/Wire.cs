using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace QureHost.Dicom.Network.UpperLayer;

/// <summary>
/// The connection's bytes: one pooled read buffer of fixed size for headers and commands, while long runs go straight from
/// the socket into the caller's memory. Every wait has a time limit. Not thread-safe; reading and writing are independent.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    public const int BufferSize = 64 * 1024;

    private static readonly byte[] One = BitConverter.GetBytes(1);

    private readonly Stream _stream;
    private readonly Socket _socket;
    private readonly Watchdog _watchdog;
    private readonly bool _quickAcknowledge;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    public Wire(Socket socket, Stream stream, Watchdog watchdog)
    {
        (_socket, _stream, _watchdog) = (socket, stream, watchdog);
        _quickAcknowledge = OperatingSystem.IsLinux() && socket.ProtocolType == ProtocolType.Tcp;
    }

    /// <summary>How long the next wait for bytes may take; null where a deadline over several reads is armed already.</summary>
    public TimeSpan? ReadLimit { get; set; }

    /// <summary>How long a send may wait for a peer that does not read.</summary>
    public TimeSpan WriteLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes received and not yet taken.</summary>
    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    public void Skip(int count) => _start += count;

    /// <summary>Waits until <paramref name="count"/> bytes are buffered; false where the peer closed before.</summary>
    public ValueTask<bool> EnsureAsync(int count) => _end - _start >= count ? new(true) : FillAsync(count);

    /// <summary>Copies buffered bytes, or receives straight into <paramref name="target"/>; 0 where the peer closed.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> target)
    {
        var buffered = _end - _start;
        if (buffered > 0)
        {
            var count = Math.Min(buffered, target.Length);
            _buffer.AsSpan(_start, count).CopyTo(target.Span);
            _start += count;
            return new(count);
        }

        // A short run is cheaper with the next header in the same system call.
        return target.Length >= BufferSize / 4 ? ReceiveAsync(target) : ReadThroughBufferAsync(target);
    }

    /// <summary>Sends all of <paramref name="bytes"/>.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _watchdog.Arm(WriteLimit);
        try
        {
            await _stream.WriteAsync(bytes, _watchdog.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            throw Lost(e, "took no data");
        }
        finally
        {
            _watchdog.Disarm();
        }
    }

    /// <summary>
    /// Sends a last PDU and waits a moment for the peer to close: closing first could reset the connection and take
    /// the PDU with it (PS3.8 §9.2, state 13).
    /// </summary>
    public async ValueTask CloseAsync(ReadOnlyMemory<byte> lastPdu, TimeSpan linger)
    {
        try
        {
            using var limit = new CancellationTokenSource(linger);
            if (!lastPdu.IsEmpty)
                await _stream.WriteAsync(lastPdu, limit.Token).ConfigureAwait(false);
            _socket.Shutdown(SocketShutdown.Send);
            while (await _socket.ReceiveAsync(_buffer, SocketFlags.None, limit.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went first, or does not listen: the connection is closed either way.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadThroughBufferAsync(Memory<byte> target)
    {
        if (target.IsEmpty || !await FillAsync(1).ConfigureAwait(false))
            return 0;
        var count = Math.Min(_end - _start, target.Length);
        _buffer.AsSpan(_start, count).CopyTo(target.Span);
        _start += count;
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync(int count)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_start + count > _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            var received = await ReceiveAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
            if (received == 0)
                return false;
            _end += received;
        }

        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> target)
    {
        if (ReadLimit is { } limit)
            _watchdog.Arm(limit);
        try
        {
            var received = await _stream.ReadAsync(target, _watchdog.Token).ConfigureAwait(false);
            if (_quickAcknowledge)
                AcknowledgeNow();
            return received;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            throw Lost(e, "was silent");
        }
        finally
        {
            if (ReadLimit is not null)
                _watchdog.Disarm();
        }
    }

    /// <summary>
    /// TCP_QUICKACK holds for a while only, so it is set again after every receive. Peers that leave Nagle's algorithm on
    /// wait for our acknowledgement between a command and its data set: 40 ms an instance without this.
    /// </summary>
    private void AcknowledgeNow()
    {
        const int tcp = 6, quickAck = 12;
        try
        {
            _socket.SetRawSocketOption(tcp, quickAck, One);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // An optimisation only.
        }
    }

    private ConnectionLostException Lost(Exception cause, string what) => _watchdog.HasExpired
        ? new ConnectionLostException($"The peer {what} for longer than allowed.", cause)
        : new ConnectionLostException("The connection was lost.", cause);
}
