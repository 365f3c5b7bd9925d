using System.Buffers;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Dicom.Codecs;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>
/// Pixels that cannot be sent as they lie in their object: deflated, big endian, unaligned bits, or compressed where the client
/// takes explicit little endian only.
/// </summary>
internal sealed class PixelSource(ArchiveStore archive)
{
    private const long MaxDecodedBytes = 1L << 30;

    /// <summary>As many decoders at once as there are processors: more would only hold more memory.</summary>
    public SemaphoreSlim Decoders { get; } = new(Environment.ProcessorCount);

    /// <summary>True where the stored frames are no runs of whole bytes in the object: deflated, or single bits that share bytes.</summary>
    public static bool NeedsWork(InstanceRow row) =>
        TransferSyntax.ForUid(row.TransferSyntaxUid).IsDeflated
        || (row.Frames is { Count: > 1 } frames && frames[1].BitOffset != 0);

    /// <summary>Frames that there are; null without pixel data. Of a deflated object the index knows only how many there should be.</summary>
    public static int? FrameCount(InstanceRow row) =>
        row.Frames is { Count: > 0 } frames ? frames.Count
        : TransferSyntax.ForUid(row.TransferSyntaxUid).IsDeflated && row.NumberOfFrames > 0 ? row.NumberOfFrames
        : null;

    /// <summary>True where the server can make explicit little endian frames of it.</summary>
    public static bool CanDecode(InstanceRow row) => FrameDecoder.CanDecode(TransferSyntax.ForUid(row.TransferSyntaxUid));

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
        if (frames.Max() > loaded.Pixels.Frames.Count)
        {
            throw Missing.Pixels();
        }

        if (!form.AsStored && loaded.Pixels.IsEncapsulated)
        {
            var format = PixelFormat.FromDataset(loaded.File.Dataset);
            return [.. frames.Select(f => new DecodedFrameBody(loaded, format, f - 1, Decoders))];
        }

        var swap = !form.AsStored && loaded.File.TransferSyntax.IsBigEndian ? loaded.Pixels.Vr.Size() : 1;
        return [.. frames.Select(f => new MadeFrame(Swapped(loaded.StoredFrame(f - 1), swap)))];
    }

    /// <summary>Rewrites an instance in explicit little endian, its pixels decoded.</summary>
    public async ValueTask ConvertAsync(InstanceRow row, ObjectHandles.Lease lease, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        await Decoders.WaitAsync(cancellationToken);
        try
        {
            var file = DicomFile.Parse(ObjectBytes.Read(lease.Handle, row.Offset, row.Length), DicomReadOptions.KeepAll);
            if (file.Pixels is { IsEncapsulated: true })
            {
                Decode(new LoadedInstance(file, row.Offset, lease), cancellationToken);
            }

            DicomFile.Write(output, file.Dataset, TransferSyntax.ExplicitLittleEndian);
        }
        finally
        {
            Decoders.Release();
        }
    }

    private static void Decode(LoadedInstance loaded, CancellationToken cancellationToken)
    {
        var (dataset, frames) = (loaded.File.Dataset, loaded.Pixels.Frames.Count);
        var format = PixelFormat.FromDataset(dataset);
        if ((long)format.FrameBytes * frames > MaxDecodedBytes)
        {
            throw Problem.NotAcceptable("The instance is too large to be decoded: ask for transfer-syntax=*.");
        }

        var pixels = new byte[((format.FrameBytes * frames) + 1) & ~1]; // even length, PS3.5 §8.1.1
        for (var i = 0; i < frames; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var decoded = FrameDecoder.Decode(loaded.File.TransferSyntax, loaded.StoredFrame(i), format);
            decoded.Samples.CopyTo(pixels.AsMemory(i * format.FrameBytes));
            if (i == frames - 1)
            {
                Describe(dataset, decoded.Format);
            }
        }

        dataset.Remove(DicomTags.ExtendedOffsetTable);
        dataset.Remove(DicomTags.ExtendedOffsetTableLengths);
        dataset.AddBytes(DicomTags.PixelData, DicomVr.OW, pixels);
    }

    // The attributes say what the decoded samples are (PS3.5 §8.2: those of the compressed form need not).
    private static void Describe(DicomDataset dataset, PixelFormat format)
    {
        dataset.Add(DicomTags.PhotometricInterpretation, format.Photometric);
        dataset.Add(DicomTags.BitsAllocated, format.BitsAllocated);
        dataset.Add(DicomTags.BitsStored, format.BitsStored);
        dataset.Add(DicomTags.HighBit, format.HighBit);
        if (format.SamplesPerPixel > 1)
        {
            dataset.Add(DicomTags.PlanarConfiguration, 0);
        }
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
