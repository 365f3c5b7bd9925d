using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace QureHost.Dicom;

/// <summary>Values as text: decoded, split at backslashes, trimmed by VR.</summary>
internal static class ValueText
{
    public static string? First(DicomValue value, CharacterSet charset)
    {
        var bytes = value.Bytes.Span;
        var vr = value.Vr;
        if (bytes.IsEmpty)
        {
            return null;
        }

        if (vr.IsText())
        {
            // In one-byte sets and in UTF-8 a backslash byte is always the delimiter.
            if (!vr.IsSingleText() && Ascii.IsValid(bytes) && !(vr.UsesCharacterSet() && charset.UsesEscapes) && bytes.IndexOf((byte)'\\') is >= 0 and var end)
            {
                bytes = bytes[..end];
            }

            var text = vr.UsesCharacterSet() ? charset.Decode(bytes) : Encoding.Latin1.GetString(bytes);
            var cut = vr.IsSingleText() ? -1 : text.IndexOf('\\', StringComparison.Ordinal);
            text = Trim(cut < 0 ? text : text[..cut], vr);
            return text.Length == 0 ? null : text;
        }

        var all = All(value, charset);
        return all.Length == 0 ? null : all[0];
    }

    public static string[] All(DicomValue value, CharacterSet charset)
    {
        var bytes = value.Bytes.Span;
        var vr = value.Vr;
        if (bytes.IsEmpty)
        {
            return [];
        }

        if (vr.IsText())
        {
            var text = vr.UsesCharacterSet() ? charset.Decode(bytes) : Encoding.Latin1.GetString(bytes);
            if (vr.IsSingleText() || !text.Contains('\\', StringComparison.Ordinal))
            {
                text = Trim(text, vr);
                return text.Length == 0 ? [] : [text];
            }

            var parts = text.Split('\\');
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = Trim(parts[i], vr);
            }

            return parts;
        }

        if (vr == DicomVr.AT)
        {
            var tags = new string[bytes.Length / 4];
            for (var i = 0; i < tags.Length; i++)
            {
                tags[i] = Numbers.TagAt(bytes, i).JsonKey;
            }

            return tags;
        }

        if (vr.IsBinaryNumber())
        {
            var texts = new string[bytes.Length / vr.Size()];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = Numbers.Text(bytes, vr, i);
            }

            return texts;
        }

        // Private text in implicit VR is UN; it is of use where it is plain printable ASCII.
        if (vr == DicomVr.UN)
        {
            var plain = bytes.TrimEnd((byte)0);
            if (!plain.IsEmpty && plain.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0)
            {
                return [.. Encoding.ASCII.GetString(plain).Split('\\').Select(p => p.Trim(' '))];
            }
        }

        return [];
    }

    /// <summary>Trailing spaces and nulls are padding everywhere; leading spaces only where PS3.5 table 6.2-1 says so.</summary>
    private static string Trim(string text, DicomVr vr) => vr.TrimsStart() ? text.Trim(' ', '\0') : text.TrimEnd(' ', '\0');
}
