using System.Text;

namespace QureHost.Dicom;

/// <summary>A line of the data dictionary (PS3.6).</summary>
/// <param name="Tag">For repeating groups the tag that was asked for.</param>
/// <param name="Keyword">For example <c>PatientName</c>.</param>
/// <param name="Vr">The VR; where the standard leaves a choice, that of implicit VR (OW) or the unsigned one (US).</param>
/// <param name="Vm">Value multiplicity, for example <c>1-n</c>.</param>
/// <param name="Name">For example <c>Patient's Name</c>.</param>
/// <param name="Retired">No longer in use.</param>
public sealed record DicomDictionaryEntry(DicomTag Tag, string Keyword, DicomVr Vr, string Vm, string Name, bool Retired);

/// <summary>The public data dictionary. Look-ups of a VR allocate nothing.</summary>
public static class DicomDictionary
{
    public static bool TryGet(DicomTag tag, out DicomDictionaryEntry entry)
    {
        var row = RowOf(tag);
        if (row >= 0)
        {
            var vm = DictionaryData.Vms[row];
            entry = new DicomDictionaryEntry(tag, KeywordAt(row), (DicomVr)DictionaryData.Vrs[row], DictionaryData.VmNames[vm & 127], NameAt(row), vm >= 128);
            return true;
        }

        foreach (var r in DictionaryData.Repeaters)
        {
            if ((tag.Number & r.Mask) == r.Value && !tag.IsPrivate)
            {
                entry = new DicomDictionaryEntry(tag, r.Keyword, r.Vr, r.Vm, r.Name, r.Retired);
                return true;
            }
        }

        entry = null!;
        return false;
    }

    /// <summary>
    /// The VR of a tag in implicit VR: the dictionary's, LO for private creators, UL for group lengths, UN for what
    /// is unknown (PS3.5 §6.2.2).
    /// </summary>
    public static DicomVr VrOf(DicomTag tag)
    {
        if (tag.IsPrivate)
        {
            return tag.IsPrivateCreator ? DicomVr.LO : tag.Element == 0 ? DicomVr.UL : DicomVr.UN;
        }

        var row = RowOf(tag);
        if (row >= 0)
        {
            return (DicomVr)DictionaryData.Vrs[row];
        }

        if (tag.Element == 0)
        {
            return DicomVr.UL;
        }

        foreach (var r in DictionaryData.Repeaters)
        {
            if ((tag.Number & r.Mask) == r.Value)
            {
                return r.Vr;
            }
        }

        return DicomVr.UN;
    }

    public static string? KeywordOf(DicomTag tag) => RowOf(tag) is >= 0 and var row ? KeywordAt(row) : TryGet(tag, out var e) ? e.Keyword : null;

    /// <summary>The tag of a keyword, in its exact spelling.</summary>
    public static bool TryGetByKeyword(ReadOnlySpan<char> keyword, out DicomTag tag)
    {
        Span<byte> wanted = stackalloc byte[128];
        if (keyword.Length is > 0 and <= 128 && Ascii.FromUtf16(keyword, wanted, out var length) == System.Buffers.OperationStatus.Done)
        {
            wanted = wanted[..length];
            int low = 0, high = DictionaryData.ByKeyword.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                int row = DictionaryData.ByKeyword[middle];
                var order = KeywordBytes(row).SequenceCompareTo(wanted);
                if (order == 0)
                {
                    tag = new DicomTag(DictionaryData.Tags[row]);
                    return true;
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
            }
        }

        tag = default;
        return false;
    }

    /// <summary>US or SS by Pixel Representation (0028,0103).</summary>
    internal static bool IsUnsignedOrSigned(DicomTag tag) => DictionaryData.UnsignedOrSigned.BinarySearch(tag.Number) >= 0;

    /// <summary>The row of a tag, or -1: one or two probes of a hash table in the assembly's image.</summary>
    internal static int RowOf(DicomTag tag)
    {
        var slots = DictionaryData.Slots;
        var number = tag.Number;
        for (var at = (int)((number * 2654435761u) >> 18); ; at = (at + 1) & (slots.Length - 1))
        {
            int row = slots[at];
            if (row == 0)
            {
                return -1;
            }

            if (DictionaryData.Tags[row - 1] == number)
            {
                return row - 1;
            }
        }
    }

    private static ReadOnlySpan<byte> KeywordBytes(int row) => DictionaryData.Text[DictionaryData.TextStarts[2 * row]..DictionaryData.TextStarts[(2 * row) + 1]];

    private static string KeywordAt(int row) => Encoding.UTF8.GetString(KeywordBytes(row));

    private static string NameAt(int row) => Encoding.UTF8.GetString(DictionaryData.Text[DictionaryData.TextStarts[(2 * row) + 1]..DictionaryData.TextStarts[(2 * row) + 2]]);
}
