using System.Buffers;
using System.Runtime.CompilerServices;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Dimse;

/// <summary>The data set of a message: its fragments joined, read straight from the connection. Ends with the last fragment.</summary>
internal sealed class DataSetStream(Association association, byte context, long limit) : Stream
{
    private long _fragmentLeft;
    private long _total;
    private bool _last;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.IsEmpty)
            return 0;
        while (_fragmentLeft == 0)
        {
            if (_last)
                return 0;
            var pdv = await association.NextDataFragmentAsync(context).ConfigureAwait(false);
            (_fragmentLeft, _last) = (pdv.Length, pdv.IsLast);
            if ((_total += pdv.Length) > limit)
                throw new ProtocolException(AbortReason.InvalidParameter, $"A data set is longer than the {limit} bytes that are taken.");
            if (_last && _fragmentLeft == 0)
                association.DataSetEnded(this);
        }

        if (buffer.Length > _fragmentLeft)
            buffer = buffer[..(int)_fragmentLeft];
        var count = await association.ReadFragmentAsync(buffer).ConfigureAwait(false);
        if (count == 0)
            throw new ConnectionLostException("The peer closed the connection inside a data set.");
        _fragmentLeft -= count;
        if (_fragmentLeft == 0 && _last)
            association.DataSetEnded(this);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Data sets from the network are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Reads what is left, so that the next message can begin.</summary>
    internal async ValueTask SkipAsync()
    {
        if (_last && _fragmentLeft == 0)
            return; // the usual case: all was read
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await ReadAsync(scratch).ConfigureAwait(false) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
