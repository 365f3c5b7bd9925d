using System.Buffers;
using QureHost.Archive;
using QureHost.Dicom;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>Pixels that cannot be sent as they lie in their object: deflated, big endian, unaligned bits.</summary>
internal sealed class PixelSource(ArchiveStore archive)
{
    /// <summary>True where the stored frames are no runs of bytes in the object.</summary>
    public static bool NeedsWork(InstanceRow row) =>
        TransferSyntax.ForUid(row.TransferSyntaxUid).IsDeflated
        || (row.Frames is { Count: > 1 } frames && frames[1].BitOffset != 0);

    /// <summary>True where the server can make explicit little endian frames of it.</summary>
    public static bool CanDecode(InstanceRow row) => !TransferSyntax.ForUid(row.TransferSyntaxUid).IsEncapsulated;

    /// <summary>True where the whole instance can be rewritten in explicit little endian.</summary>
    public static bool CanConvert(InstanceRow row) => row.Frames is null || CanDecode(row);

    public async ValueTask<LoadedInstance> LoadAsync(InstanceRow row, ObjectHandles.Lease lease, CancellationToken cancellationToken)
    {
        await using var part10 = archive.Objects.OpenPart10(row);
        return new LoadedInstance(await DicomFile.ReadAsync(part10, null, cancellationToken), row.Offset, lease);
    }

    public async ValueTask<IFrameBody[]> FramesAsync(InstanceRow row, int[] frames, ObjectHandles.Lease lease, FrameForm form, CancellationToken cancellationToken)
    {
        var loaded = await LoadAsync(row, lease, cancellationToken);
        var swap = !form.AsStored && loaded.File.TransferSyntax.IsBigEndian ? loaded.Pixels.Vr.Size() : 1;
        return [.. frames.Select(f => new MadeFrame(Swapped(loaded.StoredFrame(f - 1), swap)))];
    }

    public async ValueTask ConvertAsync(InstanceRow row, ObjectHandles.Lease lease, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        var file = DicomFile.Parse(ObjectBytes.Read(lease.Handle, row.Offset, row.Length), DicomReadOptions.KeepAll);
        DicomFile.Write(output, file.Dataset, TransferSyntax.ExplicitLittleEndian);
        await ValueTask.CompletedTask;
    }

    private static ReadOnlyMemory<byte> Swapped(ReadOnlyMemory<byte> bytes, int wordBytes)
    {
        if (wordBytes == 1)
        {
            return bytes;
        }

        var swapped = bytes.ToArray();
        ByteOrder.Reverse(swapped, wordBytes);
        return swapped;
    }
}
