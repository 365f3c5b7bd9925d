using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>Matches an attribute that has no column, in the stored DICOM JSON; a function of every reading connection.</summary>
internal static class StoredMatch
{
    public const string Function = "qh_match";

    /// <summary>True where some value of the attribute matches.</summary>
    /// <param name="metadata">Stored DICOM JSON.</param>
    /// <param name="key">Tag as in DICOM JSON; behind the tags of the sequences it is in, if any.</param>
    /// <param name="vr">The dictionary's VR.</param>
    /// <param name="value">The key's value; a person name's folded.</param>
    public static bool Matches(ReadOnlySpan<byte> metadata, ReadOnlySpan<byte> key, DicomVr vr, string value)
    {
        var member = JsonMembers.Find(metadata, key[..8]);
        if (key.Length > 8)
        {
            while (JsonMembers.TryTakeItem(ref member, out var item))
            {
                if (Matches(item, key[8..], vr, value))
                    return true;
            }

            return false;
        }

        if (member.IsEmpty || vr is DicomVr.SQ)
            return false;
        var reader = new Utf8JsonReader(member);
        while (reader.Read())
        {
            if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName } && reader.ValueTextEquals("Value"u8))
                return reader.Read() && AnyValue(ref reader, vr, value);
            if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName })
                reader.Read();
        }

        return false;
    }

    private static bool AnyValue(ref Utf8JsonReader reader, DicomVr vr, string value)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String when vr == DicomVr.PN ? Name(reader.GetString()!, value) : Text(reader.GetString()!, vr, value):
                    return true;
                case JsonTokenType.Number when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var wanted) && reader.GetDouble() == wanted:
                    return true;
            }
        }

        return false;
    }

    private static bool Name(string group, string folded) => FileSystemName.MatchesSimpleExpression(folded.Replace("\\", "\\\\", StringComparison.Ordinal), Words.Fold(group), ignoreCase: false);

    private static bool Text(string text, DicomVr vr, string value)
    {
        switch (vr)
        {
            case DicomVr.UI:
                return value.Split('\\', ',').Contains(text);
            case DicomVr.DA or DicomVr.TM or DicomVr.DT:
                var (from, to) = MatchRange.Of(value, vr);
                return (from is null || string.CompareOrdinal(text, from) >= 0) && (to is null || string.CompareOrdinal(text, to) <= 0);
            default:
                return value.AsSpan().ContainsAny('*', '?')
                    ? FileSystemName.MatchesSimpleExpression(value.Replace("\\", "\\\\", StringComparison.Ordinal), text, ignoreCase: false) : text == value;
        }
    }
}
