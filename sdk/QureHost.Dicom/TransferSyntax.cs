using System.Collections.Frozen;

namespace QureHost.Dicom;

/// <summary>A transfer syntax (PS3.5 §10 and annex A): how a dataset and its pixels are encoded.</summary>
public sealed class TransferSyntax
{
    private TransferSyntax(string uid, string name, bool isExplicitVr = true, bool isBigEndian = false, bool isDeflated = false, bool isEncapsulated = true, bool isLossy = false)
    {
        Uid = uid;
        Name = name;
        IsExplicitVr = isExplicitVr;
        IsBigEndian = isBigEndian;
        IsDeflated = isDeflated;
        IsEncapsulated = isEncapsulated;
        IsLossy = isLossy;
    }

    public string Uid { get; }

    public string Name { get; }

    public bool IsExplicitVr { get; }

    public bool IsBigEndian { get; }

    /// <summary>Everything after the file meta information is one raw deflate stream (PS3.5 §A.5).</summary>
    public bool IsDeflated { get; }

    /// <summary>Pixel Data is a sequence of fragments (PS3.5 §A.4).</summary>
    public bool IsEncapsulated { get; }

    /// <summary>The syntax may lose information.</summary>
    public bool IsLossy { get; }

    /// <summary>Known to this table; <see cref="ForUid"/> makes others.</summary>
    public bool IsKnown => Table.ContainsKey(Uid);

    public static TransferSyntax ImplicitLittleEndian { get; } = new("1.2.840.10008.1.2", "Implicit VR Little Endian", isExplicitVr: false, isEncapsulated: false);

    public static TransferSyntax ExplicitLittleEndian { get; } = new("1.2.840.10008.1.2.1", "Explicit VR Little Endian", isEncapsulated: false);

    public static TransferSyntax ExplicitBigEndian { get; } = new("1.2.840.10008.1.2.2", "Explicit VR Big Endian", isBigEndian: true, isEncapsulated: false);

    public static TransferSyntax DeflatedExplicitLittleEndian { get; } = new("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", isDeflated: true, isEncapsulated: false);

    public static TransferSyntax EncapsulatedUncompressed { get; } = new("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian");

    public static TransferSyntax JpegBaseline { get; } = new("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", isLossy: true);

    public static TransferSyntax JpegExtended { get; } = new("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)", isLossy: true);

    public static TransferSyntax JpegLossless { get; } = new("1.2.840.10008.1.2.4.57", "JPEG Lossless (Process 14)");

    public static TransferSyntax JpegLosslessSv1 { get; } = new("1.2.840.10008.1.2.4.70", "JPEG Lossless, First-Order Prediction (Process 14, Selection Value 1)");

    public static TransferSyntax JpegLsLossless { get; } = new("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless");

    public static TransferSyntax JpegLsNearLossless { get; } = new("1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", isLossy: true);

    public static TransferSyntax Jpeg2000Lossless { get; } = new("1.2.840.10008.1.2.4.90", "JPEG 2000 (Lossless Only)");

    public static TransferSyntax Jpeg2000 { get; } = new("1.2.840.10008.1.2.4.91", "JPEG 2000", isLossy: true);

    public static TransferSyntax HighThroughputJpeg2000Lossless { get; } = new("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 (Lossless Only)");

    public static TransferSyntax HighThroughputJpeg2000LosslessRpcl { get; } = new("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 with RPCL (Lossless Only)");

    public static TransferSyntax HighThroughputJpeg2000 { get; } = new("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", isLossy: true);

    public static TransferSyntax RleLossless { get; } = new("1.2.840.10008.1.2.5", "RLE Lossless");

    public static TransferSyntax DeflatedImageFrame { get; } = new("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression");

    private static readonly FrozenDictionary<string, TransferSyntax> Table = new TransferSyntax[]
    {
        ImplicitLittleEndian, ExplicitLittleEndian, ExplicitBigEndian, DeflatedExplicitLittleEndian, EncapsulatedUncompressed,
        JpegBaseline, JpegExtended, JpegLossless, JpegLosslessSv1, JpegLsLossless, JpegLsNearLossless, Jpeg2000Lossless, Jpeg2000,
        HighThroughputJpeg2000Lossless, HighThroughputJpeg2000LosslessRpcl, HighThroughputJpeg2000, RleLossless, DeflatedImageFrame,
        new("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection (Process 6 and 8)", isLossy: true),
        new("1.2.840.10008.1.2.4.55", "JPEG Full Progression (Process 10 and 12)", isLossy: true),
        new("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Multi-component (Lossless Only)"),
        new("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component", isLossy: true),
        new("1.2.840.10008.1.2.4.94", "JPIP Referenced", isEncapsulated: false),
        new("1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate", isDeflated: true, isEncapsulated: false),
        new("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level", isLossy: true),
        new("1.2.840.10008.1.2.4.101", "MPEG2 Main Profile / High Level", isLossy: true),
        new("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1", isLossy: true),
        new("1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", isLossy: true),
        new("1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 2D Video", isLossy: true),
        new("1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 3D Video", isLossy: true),
        new("1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", isLossy: true),
        new("1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1", isLossy: true),
        new("1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1", isLossy: true),
        new("1.2.840.10008.1.2.4.110", "JPEG XL Lossless"),
        new("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", isLossy: true),
        new("1.2.840.10008.1.2.4.112", "JPEG XL", isLossy: true),
    }.ToFrozenDictionary(t => t.Uid, StringComparer.Ordinal);

    /// <summary>Every transfer syntax of the table.</summary>
    public static IEnumerable<TransferSyntax> All => Table.Values;

    public static bool TryGet(string uid, out TransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(uid);
        if (Table.TryGetValue(uid, out var found))
        {
            syntax = found;
            return true;
        }

        syntax = ExplicitLittleEndian;
        return false;
    }

    /// <summary>An unknown syntax is explicit little endian with encapsulated pixels: PS3.5 §10 has defined no other kind since 2000.</summary>
    public static TransferSyntax ForUid(string uid) => TryGet(uid, out var syntax) ? syntax : new TransferSyntax(uid, "Unknown");

    public override string ToString() => $"{Name} ({Uid})";
}
