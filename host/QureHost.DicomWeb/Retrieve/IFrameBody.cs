using System.Buffers;
using System.IO.Pipelines;
using QureHost.Archive;
using QureHost.Dicom;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>The bytes of one frame, wherever they are.</summary>
internal interface IFrameBody
{
    long Length { get; }

    ValueTask SendAsync(PipeWriter output, CancellationToken cancellationToken);
}

/// <summary>A frame that is sent as it lies in its object, in one piece or several.</summary>
internal sealed class StoredFrame(FrameRange range, long origin, ObjectHandles.Lease lease) : IFrameBody
{
    public long Length { get; } = range.Length;

    public static IFrameBody[] Of(InstanceRow row, int[] frames, ObjectHandles.Lease lease) =>
        [.. frames.Select(f => new StoredFrame(row.Frames![f - 1], row.Offset, lease))];

    public async ValueTask SendAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        foreach (var piece in range.Pieces)
        {
            await ObjectBytes.SendAsync(lease.Handle, origin + piece.Offset, piece.Length, output, cancellationToken);
        }
    }
}

/// <summary>A frame that was made in memory.</summary>
internal sealed class MadeFrame(ReadOnlyMemory<byte> bytes) : IFrameBody
{
    public long Length => bytes.Length;

    public async ValueTask SendAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        for (var at = 0; at < bytes.Length; at += ObjectBytes.Block)
        {
            output.Write(bytes.Span.Slice(at, Math.Min(ObjectBytes.Block, bytes.Length - at)));
            await output.FlushAsync(cancellationToken);
        }
    }
}
