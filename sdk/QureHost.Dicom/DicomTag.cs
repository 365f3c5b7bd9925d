using System.Globalization;

namespace QureHost.Dicom;

/// <summary>An attribute's tag (gggg,eeee); ordered as datasets are (PS3.5 §7.1).</summary>
public readonly record struct DicomTag(ushort Group, ushort Element) : IComparable<DicomTag>
{
    public DicomTag(uint number)
        : this((ushort)(number >> 16), (ushort)number)
    {
    }

    /// <summary>0xGGGGEEEE.</summary>
    public uint Number => ((uint)Group << 16) | Element;

    /// <summary>Odd group: defined by the creator named in (gggg,00bb) (PS3.5 §7.8).</summary>
    public bool IsPrivate => (Group & 1) != 0;

    /// <summary>A private creator element (gggg,0010-00FF).</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x10 and <= 0xFF;

    /// <summary>The key in DICOM JSON (PS3.18 §F.2.2): eight upper-case hexadecimal digits.</summary>
    public string JsonKey => Number.ToString("X8", CultureInfo.InvariantCulture);

    public static implicit operator DicomTag(uint number) => new(number);

    /// <summary>Reads a keyword of PS3.6, <c>GGGGEEEE</c> or <c>(gggg,eeee)</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DicomTag tag)
    {
        if (text.Length == 11 && text[0] == '(' && text[5] == ',' && text[10] == ')'
            && ushort.TryParse(text[1..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group)
            && ushort.TryParse(text[6..10], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var element))
        {
            tag = new DicomTag(group, element);
            return true;
        }

        if (text.Length == 8 && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            tag = new DicomTag(number);
            return true;
        }

        return DicomDictionary.TryGetByKeyword(text, out tag);
    }

    public int CompareTo(DicomTag other) => Number.CompareTo(other.Number);

    public static bool operator <(DicomTag a, DicomTag b) => a.Number < b.Number;

    public static bool operator >(DicomTag a, DicomTag b) => a.Number > b.Number;

    public static bool operator <=(DicomTag a, DicomTag b) => a.Number <= b.Number;

    public static bool operator >=(DicomTag a, DicomTag b) => a.Number >= b.Number;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Group:X4},{Element:X4})");

    public override int GetHashCode() => (int)(Number * 0x9E3779B1u);
}
