using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QureHost.Dicom;

/// <summary>Datasets to JSON. Plain ASCII text, which most is, goes from file to output without becoming a string.</summary>
internal sealed class JsonDatasetWriter(Utf8JsonWriter writer, BulkDataUri? bulk)
{
    private static readonly JsonEncodedText VrName = JsonEncodedText.Encode("vr");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("Value");
    private static readonly JsonEncodedText InlineName = JsonEncodedText.Encode("InlineBinary");
    private static readonly JsonEncodedText BulkName = JsonEncodedText.Encode("BulkDataURI");
    private readonly List<(DicomTag Tag, int Item)> _path = [];

    public void Write(DicomDataset dataset)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        writer.WriteStartObject();
        Span<byte> key = stackalloc byte[8];
        Span<byte> vr = stackalloc byte[2];
        var charset = dataset.CharacterSet;
        foreach (var element in dataset)
        {
            // Group lengths say nothing about this encoding (PS3.18 §F.2.2).
            if (element.Tag.Element == 0)
            {
                continue;
            }

            element.Tag.Number.TryFormat(key, out _, "X8", CultureInfo.InvariantCulture);
            writer.WriteStartObject(key);
            vr[0] = (byte)element.Vr;
            vr[1] = (byte)((ushort)element.Vr >> 8);
            writer.WriteString(VrName, vr);
            if (!element.IsEmpty)
            {
                WriteValue(element, charset);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteValue(DicomElement element, CharacterSet charset)
    {
        switch (element)
        {
            case DicomSequence sequence:
                writer.WriteStartArray(ValueName);
                for (var i = 0; i < sequence.List.Count; i++)
                {
                    _path.Add((sequence.Tag, i));
                    Write(sequence.List[i]);
                    _path.RemoveAt(_path.Count - 1);
                }

                writer.WriteEndArray();
                break;
            case DicomValue { Vr: var vr } value when vr.IsBytes():
                if (value.Bytes.Length <= DicomJson.InlineLimit || !TryWriteUri(value))
                {
                    writer.WriteBase64String(InlineName, value.Bytes.Span);
                }

                break;
            case DicomValue value:
                writer.WriteStartArray(ValueName);
                WriteValues(value, charset);
                writer.WriteEndArray();
                break;
            default:
                TryWriteUri(element);
                break;
        }
    }

    private bool TryWriteUri(DicomElement element)
    {
        if (bulk is null)
        {
            return false;
        }

        var path = new StringBuilder();
        foreach (var (tag, item) in _path)
        {
            path.Append(CultureInfo.InvariantCulture, $"{tag.JsonKey}/{item}/");
        }

        if (bulk(element, path.Append(element.Tag.JsonKey).ToString()) is not { } uri)
        {
            return false;
        }

        writer.WriteString(BulkName, uri);
        return true;
    }

    private void WriteValues(DicomValue value, CharacterSet charset)
    {
        var bytes = value.Bytes.Span;
        var vr = value.Vr;
        if (value.Tag == DicomTags.SpecificCharacterSet)
        {
            // JSON is UTF-8, and the element must say so (PS3.18 §F.2).
            writer.WriteStringValue("ISO_IR 192"u8);
        }
        else if (vr.IsBinaryNumber())
        {
            for (var i = 0; i < bytes.Length / vr.Size(); i++)
            {
                WriteNumber(bytes, vr, i);
            }
        }
        else if (vr is DicomVr.DS or DicomVr.IS)
        {
            foreach (var range in bytes.Split((byte)'\\'))
            {
                WriteDecimal(bytes[range].Trim(" \0"u8));
            }
        }
        else if (vr == DicomVr.AT)
        {
            foreach (var tag in ValueText.All(value, charset))
            {
                writer.WriteStringValue(tag);
            }
        }
        else if (Ascii.IsValid(bytes) && !bytes.Contains((byte)0x1B))
        {
            WriteAscii(bytes, vr);
        }
        else
        {
            foreach (var text in ValueText.All(value, charset))
            {
                WriteText(Encoding.UTF8.GetBytes(text), vr);
            }
        }
    }

    private void WriteAscii(ReadOnlySpan<byte> bytes, DicomVr vr)
    {
        if (vr.IsSingleText())
        {
            WriteText(bytes.TrimEnd(" \0"u8), vr);
            return;
        }

        foreach (var range in bytes.Split((byte)'\\'))
        {
            WriteText(vr.TrimsStart() ? bytes[range].Trim(" \0"u8) : bytes[range].TrimEnd(" \0"u8), vr);
        }
    }

    private void WriteText(ReadOnlySpan<byte> utf8, DicomVr vr)
    {
        if (utf8.IsEmpty)
        {
            writer.WriteNullValue();
        }
        else if (vr == DicomVr.PN)
        {
            WritePersonName(utf8);
        }
        else
        {
            writer.WriteStringValue(utf8);
        }
    }

    private void WritePersonName(ReadOnlySpan<byte> utf8)
    {
        writer.WriteStartObject();
        var group = 0;
        foreach (var range in utf8.Split((byte)'='))
        {
            var name = utf8[range].Trim((byte)' ');
            if (!name.IsEmpty && group < 3)
            {
                writer.WriteString(group switch { 0 => "Alphabetic"u8, 1 => "Ideographic"u8, _ => "Phonetic"u8 }, name);
            }

            group++;
        }

        writer.WriteEndObject();
    }

    private void WriteNumber(ReadOnlySpan<byte> bytes, DicomVr vr, int index)
    {
        switch (vr)
        {
            case DicomVr.FL or DicomVr.FD:
                var real = Numbers.Real(bytes, vr, index);
                if (!double.IsFinite(real))
                {
                    writer.WriteStringValue(double.IsNaN(real) ? "NaN"u8 : real > 0 ? "inf"u8 : "-inf"u8);
                }
                else if (vr == DicomVr.FL)
                {
                    writer.WriteNumberValue((float)real);
                }
                else
                {
                    writer.WriteNumberValue(real);
                }

                break;
            case DicomVr.UV or DicomVr.SV when Numbers.Text(bytes, vr, index) is var text:
                // Beyond 2^53 a JSON number is not exact in most readers; a string is allowed.
                if (text.Length > 15)
                {
                    writer.WriteStringValue(text);
                }
                else
                {
                    writer.WriteRawValue(text);
                }

                break;
            default:
                writer.WriteNumberValue(Numbers.Integer(bytes, vr, index));
                break;
        }
    }

    /// <summary>The digits as they stand: 1.50 stays 1.50. What JSON would not take (+1, .5, 1.) is respelled, what is no number is a string.</summary>
    private void WriteDecimal(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            writer.WriteNullValue();
            return;
        }

        if (JsonNumbers.IsNumber(text))
        {
            writer.WriteRawValue(text, skipInputValidation: true);
            return;
        }

        if (text.Length <= 32 && JsonNumbers.TryRespell(text, out var respelled))
        {
            writer.WriteRawValue(respelled);
            return;
        }

        writer.WriteStringValue(Encoding.Latin1.GetString(text));
    }
}
