using System.Globalization;

namespace QureHost.Dicom;

public sealed partial class DicomDataset
{
    /// <summary>The first value as text, trimmed, or null where absent or empty.</summary>
    public string? GetString(DicomTag tag) => this[tag] is DicomValue value ? ValueText.First(value, CharacterSet) : null;

    /// <summary>All values as text; empty ones stay as empty strings.</summary>
    public string[] GetStrings(DicomTag tag) => this[tag] is DicomValue value ? ValueText.All(value, CharacterSet) : [];

    /// <summary>The first value as a whole number, or null where absent, empty or not a whole number.</summary>
    public long? GetInt64(DicomTag tag)
    {
        if (this[tag] is not DicomValue { IsEmpty: false } value)
        {
            return null;
        }

        var bytes = value.Bytes.Span;
        switch (value.Vr)
        {
            case DicomVr.US or DicomVr.SS or DicomVr.UL or DicomVr.SL or DicomVr.SV or DicomVr.UV when bytes.Length >= value.Vr.Size():
                return Numbers.Integer(bytes, value.Vr, 0);
            case var vr when vr.IsText():
                var end = bytes.IndexOf((byte)'\\');
                return Numbers.TryParse(end < 0 ? bytes : bytes[..end], out long number) ? number : null;
            default:
                return GetDouble(tag) is { } real && real == Math.Truncate(real) && Math.Abs(real) < 9e15 ? (long)real : null;
        }
    }

    /// <summary>The first value as a whole number of 32 bits, or null.</summary>
    public int? GetInt32(DicomTag tag) => GetInt64(tag) is >= int.MinValue and <= int.MaxValue and var value ? (int)value : null;

    /// <summary>The first value as a number, or null where absent, empty or no number.</summary>
    public double? GetDouble(DicomTag tag)
    {
        if (this[tag] is not DicomValue { IsEmpty: false } value)
        {
            return null;
        }

        var bytes = value.Bytes.Span;
        if (value.Vr.IsBinaryNumber())
        {
            return bytes.Length >= value.Vr.Size() ? Numbers.Real(bytes, value.Vr, 0) : null;
        }

        if (!value.Vr.IsText())
        {
            return ValueText.First(value, CharacterSet) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : null;
        }

        var end = bytes.IndexOf((byte)'\\');
        return Numbers.TryParse(end < 0 ? bytes : bytes[..end], out double number) ? number : null;
    }

    /// <summary>All values as numbers; those that are none are NaN.</summary>
    public double[] GetDoubles(DicomTag tag)
    {
        if (this[tag] is not DicomValue { IsEmpty: false } value)
        {
            return [];
        }

        if (value.Vr.IsBinaryNumber())
        {
            var numbers = new double[value.Bytes.Length / value.Vr.Size()];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = Numbers.Real(value.Bytes.Span, value.Vr, i);
            }

            return numbers;
        }

        return Array.ConvertAll(
            ValueText.All(value, CharacterSet),
            t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : double.NaN);
    }

    /// <summary>The tags that an AT element names.</summary>
    public DicomTag[] GetTags(DicomTag tag)
    {
        if (this[tag] is not DicomValue { Vr: DicomVr.AT } value)
        {
            return [];
        }

        var tags = new DicomTag[value.Bytes.Length / 4];
        for (var i = 0; i < tags.Length; i++)
        {
            tags[i] = Numbers.TagAt(value.Bytes.Span, i);
        }

        return tags;
    }

    /// <summary>
    /// The items of a sequence, or none. A private sequence that implicit VR has turned into UN is read as the items
    /// that it holds (PS3.5 §6.2.2 note).
    /// </summary>
    public IReadOnlyList<DicomDataset> GetItems(DicomTag tag) => this[tag] switch
    {
        DicomSequence sequence => sequence.Items,
        DicomValue { Vr: DicomVr.UN or DicomVr.OB } value => HiddenSequence.Read(value, CharacterSet),
        _ => [],
    };

    /// <summary>The first item of a sequence, or null.</summary>
    public DicomDataset? GetItem(DicomTag tag) => GetItems(tag) is { Count: > 0 } items ? items[0] : null;

    /// <summary>The bytes of a value in memory, or empty.</summary>
    public ReadOnlyMemory<byte> GetBytes(DicomTag tag) => this[tag] is DicomValue value ? value.Bytes : default;
}
