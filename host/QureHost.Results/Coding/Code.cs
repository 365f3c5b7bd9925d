using QureHost.Dicom;

namespace QureHost.Results.Coding;

/// <summary>A coded concept (PS3.3 §8).</summary>
/// <param name="Value">Code value.</param>
/// <param name="Scheme">Coding Scheme Designator.</param>
/// <param name="Meaning">For people.</param>
internal sealed record Code(string Value, string Scheme, string Meaning)
{
    /// <summary>Designator of our own scheme: concepts for which nobody verified a standard code.</summary>
    public const string OwnScheme = "99QURE";

    private const int LongestShortValue = 16; // (0008,0100) is an SH

    /// <summary>A concept of our own, named as the product names it.</summary>
    public static Code Own(string value, string meaning) => new(value, OwnScheme, meaning);

    public DicomDataset ToItem()
    {
        var item = new DicomDataset();
        item.Add(Value.Length <= LongestShortValue ? DicomTags.CodeValue : DicomTags.LongCodeValue, Value);
        item.Add(DicomTags.CodingSchemeDesignator, Scheme);
        item.Add(DicomTags.CodeMeaning, Plain.Line(Meaning, 64));
        return item;
    }
}
