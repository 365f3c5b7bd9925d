using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QureHost.Archive;

/// <summary>
/// Writes the DICOM JSON (PS3.18 §F.2) of an index row, attribute by attribute in ascending order, as a template whose
/// URLs wait for their base.
/// </summary>
internal sealed class RowJson : IDisposable
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly Utf8JsonWriter json;

    public RowJson()
    {
        json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        // The JSON is UTF-8, whatever the objects are (PS3.18 §F.2.4).
        Text("00080005", "CS", "ISO_IR 192");
    }

    /// <summary>An attribute that a search must return, without a value where none is known.</summary>
    public RowJson Text(string tag, string vr, string? value)
    {
        Begin(tag, vr);
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteStartArray("Value");
            json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        return this;
    }

    /// <summary>An attribute that is left out where no value is known.</summary>
    public RowJson Optional(string tag, string vr, string? value) => string.IsNullOrEmpty(value) ? this : Text(tag, vr, value);

    public RowJson Texts(string tag, string vr, IEnumerable<string> values)
    {
        Begin(tag, vr);
        json.WriteStartArray("Value");
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteEndObject();
        return this;
    }

    public RowJson Number(string tag, string vr, long? value)
    {
        Begin(tag, vr);
        if (value is { } number)
        {
            json.WriteStartArray("Value");
            json.WriteNumberValue(number);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        return this;
    }

    public RowJson OptionalNumber(string tag, string vr, long? value) => value is null ? this : Number(tag, vr, value);

    /// <summary>Person name with its groups alphabetic = ideographic = phonetic.</summary>
    public RowJson Name(string tag, string? value)
    {
        Begin(tag, "PN");
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteStartArray("Value");
            json.WriteStartObject();
            var groups = value.Split('=');
            for (var i = 0; i < Math.Min(groups.Length, NameGroups.Length); i++)
            {
                if (groups[i].Length > 0)
                    json.WriteString(NameGroups[i], groups[i]);
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        return this;
    }

    /// <summary>A URL below the base; the path holds UIDs and fixed words only.</summary>
    public RowJson Url(string tag, string path)
    {
        Begin(tag, "UR");
        json.WritePropertyName("Value");
        Span<byte> text = stackalloc byte[512];
        var length = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[\"{(char)JsonTemplate.BaseUrl}{path}\"]"), text);
        json.WriteRawValue(text[..length], skipInputValidation: true);
        json.WriteEndObject();
        return this;
    }

    public byte[] ToBytes()
    {
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => json.Dispose();

    private static readonly string[] NameGroups = ["Alphabetic", "Ideographic", "Phonetic"];

    private void Begin(string tag, string vr)
    {
        json.WriteStartObject(tag);
        json.WriteString("vr", vr);
    }
}
