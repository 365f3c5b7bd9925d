namespace QureHost.Dicom;

/// <summary>How a file is read.</summary>
public sealed record DicomReadOptions
{
    public static DicomReadOptions Default { get; } = new();

    /// <summary>Keeps every value in memory, pixels included.</summary>
    public static DicomReadOptions KeepAll { get; } = new() { KeepBelow = long.MaxValue };

    /// <summary>Values up to this many bytes are kept in memory; larger ones become <see cref="DicomBulk"/>.</summary>
    public long KeepBelow { get; init; } = 64 * 1024;

    /// <summary>The character set of a peer that leaves out (0008,0005), as a defined term; null for ISO_IR 6.</summary>
    public string? DefaultCharset { get; init; }

    /// <summary>Sequences deeper than this are refused.</summary>
    public int MaxDepth { get; init; } = 512;

    /// <summary>A deflated dataset that inflates to more bytes than this is refused.</summary>
    public long MaxInflated { get; init; } = 256L * 1024 * 1024;

    /// <summary>Files with more elements, items and fragments than this are refused: each costs memory many times its bytes.</summary>
    public int MaxElements { get; init; } = 4_000_000;

    /// <summary>Reading ends before the first element of the top level with this tag or a higher one.</summary>
    public DicomTag? StopBefore { get; init; }
}
