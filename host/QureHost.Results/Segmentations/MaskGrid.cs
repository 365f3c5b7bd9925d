using System.Buffers;
using QureHost.Dicom;
using QureHost.Sdk.Results;

namespace QureHost.Results.Segmentations;

/// <summary>Masks on the grid of their images: a coarse grid covers a frame edge to edge.</summary>
internal static class MaskGrid
{
    private const long LargestFrame = 1L << 26; // pixels; a source that claims more keeps the mask's own grid

    /// <summary>The grid to write: the image's where it is known and sane.</summary>
    public static (int Rows, int Columns) SizeFor(Mask mask, DicomDataset? image)
    {
        if (image?.GetInt32(DicomTags.Rows) is > 0 and var rows && image.GetInt32(DicomTags.Columns) is > 0 and var columns && (long)rows * columns <= LargestFrame)
            return (rows, columns);
        return (mask.Rows, mask.Columns);
    }

    /// <summary>
    /// Sets the bits of one frame where the mask has a label, by nearest sample, and returns how many. The target is packed with
    /// the lowest bit first (PS3.5 §8.1.1), and frames follow each other without padding (PS3.5 §8.2).
    /// </summary>
    public static long Pack(ReadOnlySpan<byte> mask, int maskRows, int maskColumns, byte label, Span<byte> bits, long firstBit, int rows, int columns)
    {
        var set = 0L;
        for (var y = 0; y < rows; y++)
        {
            var line = mask.Slice((int)((2L * y + 1) * maskRows / (2L * rows)) * maskColumns, maskColumns);
            if (!line.Contains(label))
                continue;
            for (var x = 0; x < columns; x++)
            {
                if (line[(int)((2L * x + 1) * maskColumns / (2L * columns))] != label)
                    continue;
                var bit = firstBit + ((long)y * columns) + x;
                bits[(int)(bit >> 3)] |= (byte)(1 << (int)(bit & 7));
                set++;
            }
        }

        return set;
    }

    /// <summary>A frame of a mask; empty where its data are shorter than it says.</summary>
    public static ReadOnlySpan<byte> Frame(Mask mask, int index)
    {
        var size = (long)mask.Rows * mask.Columns;
        return size > 0 && (index + 1) * size <= mask.Data.Length ? mask.Data.Span.Slice((int)(index * size), (int)size) : default;
    }
}
