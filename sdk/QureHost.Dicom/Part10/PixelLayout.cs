using System.Collections;

namespace QureHost.Dicom;

/// <summary>Bytes of a file.</summary>
public readonly record struct FramePiece(long Offset, long Length);

/// <summary>Where one frame is: one piece, or several where fragments split it.</summary>
/// <param name="Pieces">In order; joined they are the frame's bytes.</param>
/// <param name="BitOffset">For frames of single bits: the first pixel's bit in the first byte (PS3.5 §8.1.1).</param>
public readonly record struct FrameRange(IReadOnlyList<FramePiece> Pieces, int BitOffset = 0)
{
    public long Length
    {
        get
        {
            long sum = 0;
            foreach (var piece in Pieces)
            {
                sum += piece.Length;
            }

            return sum;
        }
    }
}

/// <summary>How the pixels of a file lie in it.</summary>
/// <param name="Tag">Pixel Data, Float Pixel Data or Double Float Pixel Data.</param>
/// <param name="Vr">OB, OW, OF or OD.</param>
/// <param name="IsEncapsulated">Frames are compressed fragments.</param>
/// <param name="FrameCount">Number of Frames (0028,0008) as declared, at least 1.</param>
/// <param name="Frames">The frames that are really there; fewer than declared where the data are short.</param>
/// <param name="Problem">What is wrong, fit for a person, or null.</param>
public sealed record PixelLayout(DicomTag Tag, DicomVr Vr, bool IsEncapsulated, int FrameCount, IReadOnlyList<FrameRange> Frames, string? Problem)
{
    internal static PixelLayout? Of(DicomDataset dataset, PixelSource? source)
    {
        if (source is null)
        {
            return null;
        }

        var declared = dataset.GetInt32(DicomTags.NumberOfFrames) is > 0 and var n ? n : 1;
        if (source.Fragments is not null)
        {
            var frames = EncapsulatedFrames.Find(dataset, source, declared);
            return new PixelLayout(source.Tag, source.Vr, true, declared, frames, frames.Count == declared ? null : $"{declared} frames are declared, {frames.Count} can be told apart");
        }

        var bits = NativeFrames.BitsPerFrame(dataset, source.Tag);
        var count = bits == 0 ? 0 : (int)Math.Min(declared, (long)(((UInt128)source.Length * 8) / (ulong)bits));
        var problem = bits == 0 ? "Rows, Columns or Bits Allocated are missing or zero"
            : count < declared ? $"Pixel data hold {source.Length} bytes, {declared} frames need {((UInt128)bits * (ulong)declared + 7) / 8}" : null;
        return new PixelLayout(source.Tag, source.Vr, false, declared, new NativeFrames(source.Offset, bits, count), problem);
    }
}

/// <summary>Frames of equal size, one behind the other: computed, so that a declared number costs nothing.</summary>
internal sealed class NativeFrames(long offset, long bitsPerFrame, int count) : IReadOnlyList<FrameRange>
{
    public int Count => count;

    public FrameRange this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            var first = bitsPerFrame * index;
            var start = first / 8;
            var end = (first + bitsPerFrame + 7) / 8;
            return new FrameRange([new FramePiece(offset + start, end - start)], (int)(first % 8));
        }
    }

    public static long BitsPerFrame(DicomDataset dataset, DicomTag tag)
    {
        long rows = dataset.GetInt32(DicomTags.Rows) ?? 0;
        long columns = dataset.GetInt32(DicomTags.Columns) ?? 0;
        long samples = dataset.GetInt32(DicomTags.SamplesPerPixel) ?? 1;
        long bits = tag.Element switch
        {
            0x0008 => 32,
            0x0009 => 64,
            _ => dataset.GetInt32(DicomTags.BitsAllocated) ?? 0,
        };
        if (rows is <= 0 or > 65535 || columns is <= 0 or > 65535 || samples is <= 0 or > 64 || bits is <= 0 or > 64)
        {
            return 0;
        }

        // Chroma is halved along rows: two samples a pixel (PS3.3 §C.7.6.3.1.2).
        if (samples == 3 && dataset.GetString(DicomTags.PhotometricInterpretation) == "YBR_FULL_422")
        {
            samples = 2;
        }

        return rows * columns * samples * bits;
    }

    public IEnumerator<FrameRange> GetEnumerator()
    {
        for (var i = 0; i < count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
