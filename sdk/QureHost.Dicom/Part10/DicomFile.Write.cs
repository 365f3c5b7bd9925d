using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace QureHost.Dicom;

public sealed partial class DicomFile
{
    /// <summary>Writes a Part 10 file; file meta information is made from the dataset.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="dataset">With SOP Class UID and SOP Instance UID.</param>
    /// <param name="syntax">Pixel Data must already be in it.</param>
    /// <param name="sourceAet">Source Application Entity Title (0002,0016), or null.</param>
    public static void Write(Stream output, DicomDataset dataset, TransferSyntax syntax, string? sourceAet = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var writer = new StreamBufferWriter(output);
        Write(writer, dataset, syntax, sourceAet);
    }

    /// <inheritdoc cref="Write(Stream, DicomDataset, TransferSyntax, string?)"/>
    public static void Write(IBufferWriter<byte> output, DicomDataset dataset, TransferSyntax syntax, string? sourceAet = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(syntax);
        output.Write(new byte[128]);
        output.Write("DICM"u8);
        output.Write(MetaBytes(dataset, syntax, sourceAet));
        WriteDataset(output, dataset, syntax);
    }

    /// <summary>The whole file as bytes.</summary>
    public static byte[] ToBytes(DicomDataset dataset, TransferSyntax syntax, string? sourceAet = null)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        Write(output, dataset, syntax, sourceAet);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the dataset alone, as DIMSE messages carry it.</summary>
    public static void WriteDataset(IBufferWriter<byte> output, DicomDataset dataset, TransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(syntax);
        var pixels = dataset[DicomTags.PixelData];
        if (pixels is not null && pixels is DicomFragments != syntax.IsEncapsulated && pixels is not DicomBulk)
        {
            throw new ArgumentException($"Pixel Data is {(pixels is DicomFragments ? "encapsulated" : "native")}, which {syntax.Name} is not.", nameof(syntax));
        }

        if (!syntax.IsDeflated)
        {
            new DatasetWriter(output, syntax.IsExplicitVr, syntax.IsBigEndian).Write(dataset);
            return;
        }

        var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        using (var buffer = new StreamBufferWriter(deflate))
        {
            new DatasetWriter(buffer, true, false).Write(dataset);
        }

        output.Write(compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        if (compressed.Length % 2 != 0)
        {
            output.Write((ReadOnlySpan<byte>)[0]);
        }
    }

    /// <summary>File meta information (PS3.10 §7.1) for a dataset, group length included; what a receiver puts before a C-STORE's dataset.</summary>
    public static byte[] MetaBytes(DicomDataset dataset, TransferSyntax syntax, string? sourceAet = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return MetaBytes(
            dataset.GetString(DicomTags.SOPClassUID) ?? throw new ArgumentException("The dataset has no SOP Class UID.", nameof(dataset)),
            dataset.GetString(DicomTags.SOPInstanceUID) ?? throw new ArgumentException("The dataset has no SOP Instance UID.", nameof(dataset)),
            syntax,
            sourceAet);
    }

    /// <inheritdoc cref="MetaBytes(DicomDataset, TransferSyntax, string?)"/>
    public static byte[] MetaBytes(string sopClassUid, string sopInstanceUid, TransferSyntax syntax, string? sourceAet = null)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        var meta = new DicomDataset(CharacterSet.Default);
        meta.AddBytes(DicomTags.FileMetaInformationVersion, DicomVr.OB, new byte[] { 0, 1 });
        meta.Add(DicomTags.MediaStorageSOPClassUID, sopClassUid);
        meta.Add(DicomTags.MediaStorageSOPInstanceUID, sopInstanceUid);
        meta.Add(DicomTags.TransferSyntaxUID, syntax.Uid);
        meta.Add(DicomTags.ImplementationClassUID, DicomUid.Implementation);
        meta.Add(DicomTags.ImplementationVersionName, DicomUid.ImplementationVersion);
        if (sourceAet is not null)
        {
            meta.Add(DicomTags.SourceApplicationEntityTitle, sourceAet);
        }

        var body = new ArrayBufferWriter<byte>(256);
        var writer = new DatasetWriter(body, explicitVr: true, bigEndian: false);
        writer.Write(meta);
        var bytes = new byte[12 + body.WrittenCount];
        "\u0002\0\0\0UL\u0004\0"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)body.WrittenCount);
        body.WrittenSpan.CopyTo(bytes.AsSpan(12));
        return bytes;
    }
}
