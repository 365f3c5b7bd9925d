using System.Globalization;
using System.Text.Json;

namespace QureHost.Dicom;

public static partial class DicomJson
{
    /// <summary>Reads one dataset, or the first of an array, from UTF-8 JSON.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="bulk">Bytes of a BulkDataURI; without it such elements come back empty.</param>
    /// <exception cref="DicomFormatException">The JSON is malformed or is not the DICOM JSON model.</exception>
    public static DicomDataset Parse(ReadOnlyMemory<byte> utf8, Func<string, ReadOnlyMemory<byte>?>? bulk = null)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 1536 });
            var root = document.RootElement;
            return Read(root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 ? root[0] : root, bulk);
        }
        catch (JsonException e)
        {
            throw new DicomFormatException("The JSON is malformed", null, e);
        }
    }

    /// <summary>Reads a dataset from a JSON object.</summary>
    /// <inheritdoc cref="Parse"/>
    public static DicomDataset Read(JsonElement json, Func<string, ReadOnlyMemory<byte>?>? bulk = null)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new DicomFormatException("A dataset in DICOM JSON is an object");
        }

        var dataset = new DicomDataset();
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name.Length != 8 || !uint.TryParse(property.Name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                throw new DicomFormatException("A key of DICOM JSON is no tag of eight hexadecimal digits");
            }

            DicomTag tag = number;
            try
            {
                ReadElement(dataset, tag, property.Value, bulk);
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException)
            {
                throw new DicomFormatException($"The value of {tag} does not fit its VR", null, e);
            }
        }

        return dataset;
    }

    private static void ReadElement(DicomDataset dataset, DicomTag tag, JsonElement json, Func<string, ReadOnlyMemory<byte>?>? bulk)
    {
        var vr = DicomDictionary.VrOf(tag);
        if (json.TryGetProperty("vr", out var name))
        {
            if (DicomVrTraits.TryParse(name.GetString(), out var own))
            {
                vr = own;
            }
            else if (name.GetString() is not [_, _, ' ', 'o', 'r', ' ', ..])
            {
                // Some writers copy the dictionary's choice, "OB or OW": then the dictionary decides.
                throw new DicomFormatException($"{tag} names a VR that does not exist");
            }
        }

        if (json.TryGetProperty("InlineBinary", out var inline))
        {
            dataset.AddBytes(tag, vr, inline.GetBytesFromBase64());
        }
        else if (json.TryGetProperty("BulkDataURI", out var uri))
        {
            dataset.AddBytes(tag, vr, bulk is null ? default
                : bulk(uri.GetString() ?? "") ?? throw new DicomFormatException($"The bulk data of {tag} is not at hand"));
        }
        else if (!json.TryGetProperty("Value", out var values) || values.GetArrayLength() == 0)
        {
            dataset.AddEmpty(tag, vr);
        }
        else if (vr == DicomVr.SQ)
        {
            dataset.AddSequence(tag, values.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? new DicomDataset() : Read(item, bulk)).ToList());
        }
        else if (tag == DicomTags.SpecificCharacterSet)
        {
            // The text is Unicode, whatever the file was once in.
            dataset.Add(tag, "ISO_IR 192");
        }
        else
        {
            dataset.Add(tag, vr, values.EnumerateArray().Select(v => TextOf(v, vr)).ToArray().AsSpan());
        }
    }

    private static string? TextOf(JsonElement value, DicomVr vr) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when vr is DicomVr.FL or DicomVr.FD => value.GetString() switch
        {
            "inf" or "Infinity" or "INF" => "Infinity",
            "-inf" or "-Infinity" or "-INF" => "-Infinity",
            var text => text,
        },
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when vr is DicomVr.DS && value.GetRawText().Length > 16 => Numbers.DecimalString(value.GetDouble()),
        JsonValueKind.Number when vr is DicomVr.US or DicomVr.SS or DicomVr.UL or DicomVr.SL or DicomVr.IS && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') => value.GetRawText(),
        JsonValueKind.Number when vr is DicomVr.US or DicomVr.SS or DicomVr.UL or DicomVr.SL or DicomVr.IS =>
            value.GetDouble() is var real && real == Math.Truncate(real) ? real.ToString("F0", CultureInfo.InvariantCulture) : value.GetRawText(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Object when vr == DicomVr.PN => PersonName(value),
        _ => throw new DicomFormatException("A value of DICOM JSON has the wrong type"),
    };

    private static string PersonName(JsonElement groups)
    {
        static string Group(JsonElement g, string name) => g.TryGetProperty(name, out var v) ? v.GetString() ?? "" : "";
        return string.Join('=', Group(groups, "Alphabetic"), Group(groups, "Ideographic"), Group(groups, "Phonetic")).TrimEnd('=');
    }
}
