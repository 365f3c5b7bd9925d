namespace QureHost.Dicom;

/// <summary>One data element: a tag, a VR and a value of one of four kinds.</summary>
public abstract class DicomElement(DicomTag tag, DicomVr vr)
{
    public DicomTag Tag { get; } = tag;

    public DicomVr Vr { get; } = vr;

    /// <summary>The value field has no bytes and no items.</summary>
    public abstract bool IsEmpty { get; }

    public override string ToString() => $"{Tag} {Vr.Name()}";
}

/// <summary>A value in memory: text in the dataset's character set, or binary little-endian words, padding included.</summary>
public sealed class DicomValue(DicomTag tag, DicomVr vr, ReadOnlyMemory<byte> bytes) : DicomElement(tag, vr)
{
    /// <summary>As stored; words are little endian whatever the file's byte order was.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public override bool IsEmpty => Bytes.IsEmpty;
}

/// <summary>A sequence of items (PS3.5 §7.5).</summary>
public sealed class DicomSequence : DicomElement
{
    internal readonly List<DicomDataset> List;

    public DicomSequence(DicomTag tag, params IEnumerable<DicomDataset> items)
        : base(tag, DicomVr.SQ) => List = [.. items];

    public IReadOnlyList<DicomDataset> Items => List;

    public override bool IsEmpty => List.Count == 0;
}

/// <summary>
/// A value left in the file: <see cref="Length"/> bytes at <see cref="Offset"/> (of the inflated dataset where the file is
/// deflated), in the file's byte order. Encapsulated ones start at the Basic Offset Table's item and end before the
/// sequence delimiter.
/// </summary>
public sealed class DicomBulk(DicomTag tag, DicomVr vr, long offset, long length, bool isEncapsulated) : DicomElement(tag, vr)
{
    public long Offset { get; } = offset;

    public long Length { get; } = length;

    public bool IsEncapsulated { get; } = isEncapsulated;

    public override bool IsEmpty => Length == 0;
}

/// <summary>Encapsulated pixel data in memory (PS3.5 §A.4).</summary>
public sealed class DicomFragments(DicomTag tag, DicomVr vr, IReadOnlyList<ReadOnlyMemory<byte>> fragments, ReadOnlyMemory<byte> offsetTable = default)
    : DicomElement(tag, vr)
{
    public IReadOnlyList<ReadOnlyMemory<byte>> Fragments { get; } = fragments;

    /// <summary>Basic Offset Table: 32-bit little-endian offsets, or empty.</summary>
    public ReadOnlyMemory<byte> OffsetTable { get; } = offsetTable;

    public override bool IsEmpty => Fragments.Count == 0;
}
