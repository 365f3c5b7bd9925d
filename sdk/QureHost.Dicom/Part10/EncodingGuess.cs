using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>What an unnamed or misnamed encoding looks like from its first element.</summary>
internal static class EncodingGuess
{
    /// <summary>Bytes 4 and 5 of the first element name a VR.</summary>
    public static bool LooksExplicit(ReadOnlySpan<byte> first)
    {
        if (first.Length < 8)
        {
            return false;
        }

        var vr = (DicomVr)BinaryPrimitives.ReadUInt16LittleEndian(first[4..]);
        return vr.IsKnown();
    }

    /// <summary>The first element's group, read little endian, is one that datasets start with.</summary>
    public static bool LooksLikeDataset(ReadOnlySpan<byte> first, out bool isExplicit, out bool isBigEndian)
    {
        isExplicit = isBigEndian = false;
        if (first.Length < 8)
        {
            return false;
        }

        var group = BinaryPrimitives.ReadUInt16LittleEndian(first);
        isBigEndian = (group & 0xFF) == 0 && group != 0;
        if (isBigEndian)
        {
            group = BinaryPrimitives.ReverseEndianness(group);
        }

        // 0000 commands, 0002 meta, 0004 directories, 0008 identification, 0010 patient, 0018-0028 image (odd: private).
        isExplicit = LooksExplicit(first);
        if (group > 0x0040 || (isBigEndian && !isExplicit))
        {
            return false;
        }

        if (isExplicit)
        {
            return true;
        }

        var tag = new DicomTag(group, BinaryPrimitives.ReadUInt16LittleEndian(first[2..]));
        return (DicomDictionary.VrOf(tag) != DicomVr.UN || tag.IsPrivate) && BinaryPrimitives.ReadUInt32LittleEndian(first[4..]) < 0x10000;
    }
}
