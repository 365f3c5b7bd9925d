using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>Which fragments make which frame (PS3.5 §A.4).</summary>
internal static class EncapsulatedFrames
{
    public static IReadOnlyList<FrameRange> Find(DicomDataset dataset, PixelSource source, int declared)
    {
        var fragments = source.Fragments!;
        if (declared == 1)
        {
            return fragments.Count == 0 ? [] : [Join(fragments, 0, fragments.Count)];
        }

        return ByExtendedTable(dataset, source)
            ?? (fragments.Count == declared ? OneEach(fragments) : null)
            ?? ByBasicTable(source, declared)
            ?? ByCodestream(fragments, declared)
            ?? WithoutEmptyOnes(fragments, declared)
            ?? OneEach(fragments);
    }

    /// <summary>Extended Offset Table (7FE0,0001) with its lengths (7FE0,0002): 64-bit words, one fragment a frame.</summary>
    private static List<FrameRange>? ByExtendedTable(DicomDataset dataset, PixelSource source)
    {
        var offsets = dataset.GetBytes(DicomTags.ExtendedOffsetTable).Span;
        if (offsets.Length < 8 || offsets.Length / 8 != source.Fragments!.Count)
        {
            return null;
        }

        var frames = new List<FrameRange>(source.Fragments.Count);
        for (var i = 0; i < source.Fragments.Count; i++)
        {
            var fragment = source.Fragments[i];
            if (BinaryPrimitives.ReadUInt64LittleEndian(offsets[(8 * i)..]) != (ulong)(fragment.Offset - 8 - source.Offset))
            {
                return null;
            }

            // The lengths leave out the padding byte.
            var lengths = dataset.GetBytes(DicomTags.ExtendedOffsetTableLengths).Span;
            var length = lengths.Length == offsets.Length ? BinaryPrimitives.ReadUInt64LittleEndian(lengths[(8 * i)..]) : (ulong)fragment.Length;
            frames.Add(new FrameRange([new FramePiece(fragment.Offset, length <= (ulong)fragment.Length ? (long)length : fragment.Length)]));
        }

        return frames;
    }

    /// <summary>A Basic Offset Table is believed where every offset is the start of a fragment and they ascend.</summary>
    private static List<FrameRange>? ByBasicTable(PixelSource source, int declared)
    {
        var table = source.OffsetTable.Span;
        if (table.Length < 4 || table.Length / 4 != declared)
        {
            return null;
        }

        var frames = new List<FrameRange>();
        var start = 0;
        for (var next = 1; next <= declared; next++)
        {
            var end = source.Fragments!.Count;
            if (next < declared)
            {
                long wanted = source.Offset + BinaryPrimitives.ReadUInt32LittleEndian(table[(4 * next)..]) + 8;
                end = start + 1;
                while (end < source.Fragments.Count && source.Fragments[end].Offset < wanted)
                {
                    end++;
                }

                if (end >= source.Fragments.Count || source.Fragments[end].Offset != wanted)
                {
                    return null;
                }
            }

            if (end <= start)
            {
                return null;
            }

            frames.Add(Join(source.Fragments, start, end));
            start = end;
        }

        return frames;
    }

    /// <summary>A frame starts where a codestream starts.</summary>
    private static List<FrameRange>? ByCodestream(IReadOnlyList<Fragment> fragments, int declared)
    {
        var frames = new List<FrameRange>();
        var start = -1;
        for (var i = 0; i <= fragments.Count; i++)
        {
            if (i < fragments.Count && !fragments[i].StartsFrame)
            {
                continue;
            }

            if (start >= 0)
            {
                frames.Add(Join(fragments, start, i));
            }

            start = i;
        }

        return frames.Count == declared ? frames : null;
    }

    private static List<FrameRange>? WithoutEmptyOnes(IReadOnlyList<Fragment> fragments, int declared)
    {
        var full = fragments.Where(f => f.Length > 0).ToList();
        return full.Count == declared ? OneEach(full) : null;
    }

    private static List<FrameRange> OneEach(IReadOnlyList<Fragment> fragments)
    {
        var frames = new List<FrameRange>(fragments.Count);
        for (var i = 0; i < fragments.Count; i++)
        {
            frames.Add(Join(fragments, i, i + 1));
        }

        return frames;
    }

    private static FrameRange Join(IReadOnlyList<Fragment> fragments, int start, int end)
    {
        var pieces = new List<FramePiece>(end - start);
        for (var i = start; i < end; i++)
        {
            if (fragments[i].Length > 0)
            {
                pieces.Add(new FramePiece(fragments[i].Offset, fragments[i].Length));
            }
        }

        return new FrameRange(pieces);
    }
}
