using System.Collections;

namespace QureHost.Archive;

/// <summary>A run of bytes of a Part 10 stream, from the stream's beginning.</summary>
public readonly record struct BytePiece(long Offset, long Length);

/// <summary>
/// Where each frame of an instance is: usually one piece, several where fragments and frames differ (PS3.5 §A.4).
/// Decoded from the index's compact form on use, so that serving one frame reads no pixel data's structure.
/// </summary>
public sealed class FrameRanges : IReadOnlyList<IReadOnlyList<BytePiece>>
{
    private readonly long first;
    private readonly long frameLength;
    private readonly BytePiece[][]? frames;

    private FrameRanges(long first, long frameLength, int count)
    {
        this.first = first;
        this.frameLength = frameLength;
        Count = count;
    }

    private FrameRanges(BytePiece[][] frames)
    {
        this.frames = frames;
        Count = frames.Length;
    }

    public int Count { get; }

    /// <summary>Pieces of a frame, counted from 0.</summary>
    public IReadOnlyList<BytePiece> this[int frame]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(frame);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Count);
            return frames is null ? [new(first + (frame * frameLength), frameLength)] : frames[frame];
        }
    }

    /// <summary>The compact form of frames: an arithmetic row where it is one, otherwise variable-length gaps and lengths.</summary>
    public static byte[] Encode(IReadOnlyList<IReadOnlyList<BytePiece>> frames)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        if (IsRow(frames))
        {
            writer.Write(RowForm);
            writer.Write7BitEncodedInt(frames.Count);
            writer.Write7BitEncodedInt64(frames.Count == 0 ? 0 : frames[0][0].Offset);
            writer.Write7BitEncodedInt64(frames.Count == 0 ? 0 : frames[0][0].Length);
            return bytes.ToArray();
        }

        writer.Write(ListForm);
        writer.Write7BitEncodedInt(frames.Count);
        long end = 0;
        foreach (var pieces in frames)
        {
            writer.Write7BitEncodedInt(pieces.Count);
            foreach (var piece in pieces)
            {
                writer.Write7BitEncodedInt64(piece.Offset - end);
                writer.Write7BitEncodedInt64(piece.Length);
                end = piece.Offset + piece.Length;
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Reads the compact form.</summary>
    public static FrameRanges Decode(byte[] encoded)
    {
        using var reader = new BinaryReader(new MemoryStream(encoded, writable: false));
        var form = reader.ReadByte();
        var count = reader.Read7BitEncodedInt();
        if (form == RowForm)
        {
            return new FrameRanges(reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), count);
        }

        var frames = new BytePiece[count][];
        long end = 0;
        for (var i = 0; i < count; i++)
        {
            frames[i] = new BytePiece[reader.Read7BitEncodedInt()];
            for (var p = 0; p < frames[i].Length; p++)
            {
                var offset = end + reader.Read7BitEncodedInt64();
                var length = reader.Read7BitEncodedInt64();
                frames[i][p] = new BytePiece(offset, length);
                end = offset + length;
            }
        }

        return new FrameRanges(frames);
    }

    public IEnumerator<IReadOnlyList<BytePiece>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private const byte RowForm = 0;
    private const byte ListForm = 1;

    private static bool IsRow(IReadOnlyList<IReadOnlyList<BytePiece>> frames)
    {
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i].Count != 1
                || frames[i][0].Length != frames[0][0].Length
                || frames[i][0].Offset != frames[0][0].Offset + (i * frames[0][0].Length))
            {
                return false;
            }
        }

        return true;
    }
}
