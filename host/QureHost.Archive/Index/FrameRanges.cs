using System.Collections;
using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>
/// Where each frame of an instance is, from the beginning of its Part 10 stream. Decoded from the index's compact form
/// on use, so that serving one frame reads no pixel data's structure.
/// </summary>
public sealed class FrameRanges : IReadOnlyList<FrameRange>
{
    private const byte RowForm = 0;
    private const byte ListForm = 1;
    private readonly long first;
    private readonly long bitsPerFrame;
    private readonly FrameRange[]? frames;

    private FrameRanges(long first, long bitsPerFrame, int count)
    {
        this.first = first;
        this.bitsPerFrame = bitsPerFrame;
        Count = count;
    }

    private FrameRanges(FrameRange[] frames)
    {
        this.frames = frames;
        Count = frames.Length;
    }

    public int Count { get; }

    /// <summary>A frame's place, counted from 0.</summary>
    public FrameRange this[int frame]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(frame);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Count);
            if (frames is not null)
                return frames[frame];
            // Single-bit frames follow each other without padding (PS3.5 §8.1.1): a frame may begin inside a byte.
            var bit = bitsPerFrame * frame;
            var start = bit / 8;
            var end = (bit + bitsPerFrame + 7) / 8;
            return new FrameRange([new FramePiece(first + start, end - start)], (int)(bit % 8));
        }
    }

    /// <summary>The compact form: an arithmetic row for native pixels, variable-length gaps and lengths for fragments.</summary>
    /// <param name="frames">Frames with offsets in the file that was read.</param>
    /// <param name="isEncapsulated">Fragments, not a row.</param>
    /// <param name="shift">Added to every offset.</param>
    internal static byte[] Encode(IReadOnlyList<FrameRange> frames, bool isEncapsulated, long shift)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(isEncapsulated ? ListForm : RowForm);
        writer.Write7BitEncodedInt(frames.Count);
        if (!isEncapsulated)
        {
            var offset = frames.Count == 0 ? 0 : frames[0].Pieces[0].Offset;
            writer.Write7BitEncodedInt64(offset + shift);
            writer.Write7BitEncodedInt64(frames.Count switch
            {
                0 => 0,
                1 => frames[0].Length * 8,
                _ => ((frames[1].Pieces[0].Offset - offset) * 8) + frames[1].BitOffset,
            });
            return bytes.ToArray();
        }

        var end = -shift;
        foreach (var frame in frames)
        {
            writer.Write7BitEncodedInt(frame.Pieces.Count);
            foreach (var piece in frame.Pieces)
            {
                writer.Write7BitEncodedInt64(piece.Offset - end);
                writer.Write7BitEncodedInt64(piece.Length);
                end = piece.Offset + piece.Length;
            }
        }

        return bytes.ToArray();
    }

    internal static FrameRanges Decode(byte[] encoded)
    {
        using var reader = new BinaryReader(new MemoryStream(encoded, writable: false));
        var form = reader.ReadByte();
        var count = reader.Read7BitEncodedInt();
        if (form == RowForm)
            return new FrameRanges(reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), count);

        var frames = new FrameRange[count];
        long end = 0;
        for (var i = 0; i < count; i++)
        {
            var pieces = new FramePiece[reader.Read7BitEncodedInt()];
            for (var p = 0; p < pieces.Length; p++)
            {
                var offset = end + reader.Read7BitEncodedInt64();
                var length = reader.Read7BitEncodedInt64();
                pieces[p] = new FramePiece(offset, length);
                end = offset + length;
            }

            frames[i] = new FrameRange(pieces);
        }

        return new FrameRanges(frames);
    }

    public IEnumerator<FrameRange> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
