using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>Elements of explicit VR whose VR is blank, garbage or of a later edition.</summary>
internal sealed partial class DatasetParser
{
    /// <summary>
    /// Tries the three layouts that occur: a later VR (always a 32-bit length, PS3.5 §7.1.2), a 16-bit length behind
    /// garbage, and an element in implicit VR. The first wins whose value is followed by something that can be an element.
    /// </summary>
    private (DicomVr Vr, int Header, long Length) GuessHeader(DicomTag tag, DicomVr vr, ReadOnlySpan<byte> bytes)
    {
        var named = DicomDictionary.VrOf(tag);
        var looksLikeVr = char.IsAsciiLetterUpper((char)((ushort)vr & 0xFF)) && char.IsAsciiLetterUpper((char)((ushort)vr >> 8));
        if (looksLikeVr && bytes.Length >= 12 && U16(bytes[6..]) == 0 && Fits(12, U32(bytes[8..]), tag, bytes))
        {
            return (DicomVr.UN, 12, U32(bytes[8..]));
        }

        var shortVr = named.HasLongLength() ? DicomVr.UN : named;
        if (Fits(8, U16(bytes[6..]), tag, bytes))
        {
            return (shortVr, 8, U16(bytes[6..]));
        }

        if (Fits(8, U32(bytes[4..]), tag, bytes))
        {
            return (named, 8, U32(bytes[4..]));
        }

        throw Broken($"{tag} has no value representation that could be read");
    }

    private bool Fits(int header, long length, DicomTag tag, ReadOnlySpan<byte> bytes)
    {
        if (length == Undefined)
        {
            return false;
        }

        var next = Position + header + length;
        if (next >= _level.Limit)
        {
            return next == _level.Limit;
        }

        // Beyond the bytes at hand nothing can be said against it.
        var at = header + length;
        if (at + 4 > bytes.Length)
        {
            return true;
        }

        var following = TagAt(bytes[(int)at..]);
        return following.Group == 0xFFFE || (following > tag && following.Group - tag.Group < 0x2000);
    }
}
