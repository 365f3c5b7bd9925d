using QureHost.Dicom;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>An instance whose dataset was parsed, pixels left where they are: for what needs more than stored bytes.</summary>
internal sealed class LoadedInstance(DicomFile file, long origin, ObjectHandles.Lease lease)
{
    public DicomFile File => file;

    public PixelLayout Pixels { get; } = file.Pixels ?? throw Missing.Pixels();

    /// <summary>The bytes of a frame as they are stored, counted from 0; single bits begin at the first byte's lowest bit.</summary>
    public ReadOnlyMemory<byte> StoredFrame(int index)
    {
        var range = Pixels.Frames[index];
        if (file.Inflated is { } inflated && range.Pieces.Count == 1)
        {
            return Align(inflated.Slice((int)range.Pieces[0].Offset, (int)range.Pieces[0].Length), range.BitOffset);
        }

        if (range.Pieces.Count == 1)
        {
            return Align(ObjectBytes.Read(lease.Handle, origin + range.Pieces[0].Offset, range.Pieces[0].Length), range.BitOffset);
        }

        using var joined = new MemoryStream();
        foreach (var piece in range.Pieces)
        {
            joined.Write(ObjectBytes.Read(lease.Handle, origin + piece.Offset, piece.Length));
        }

        return joined.ToArray();
    }

    // Frames of single bits follow each other without gaps (PS3.5 §8.1.1): one that begins inside a byte is moved to its start, and
    // the bits of the next frame behind its end are cleared.
    private ReadOnlyMemory<byte> Align(ReadOnlyMemory<byte> bytes, int bitOffset)
    {
        var bits = (file.Dataset.GetInt32(DicomTags.Rows) ?? 0) * (long)(file.Dataset.GetInt32(DicomTags.Columns) ?? 0);
        if (file.Dataset.GetInt32(DicomTags.BitsAllocated) != 1 || bits % 8 == 0)
        {
            return bytes;
        }

        var source = bytes.Span;
        var aligned = new byte[Math.Min((bits + 7) / 8, source.Length)];
        for (var i = 0; i < aligned.Length; i++)
        {
            var high = i + 1 < source.Length ? source[i + 1] : 0;
            aligned[i] = (byte)((source[i] >> bitOffset) | (high << (8 - bitOffset)));
        }

        if (aligned.Length == (bits + 7) / 8)
        {
            aligned[^1] &= (byte)((1 << (int)(bits % 8)) - 1);
        }

        return aligned;
    }
}
