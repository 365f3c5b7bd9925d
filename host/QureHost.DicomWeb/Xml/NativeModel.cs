using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using QureHost.Dicom;

namespace QureHost.DicomWeb.Xml;

/// <summary>The Native DICOM Model (PS3.19 §A.1) of a dataset in DICOM JSON: the same content, other brackets.</summary>
internal static class NativeModel
{
    /// <summary>Depth of JSON that is followed: three levels of it make one of sequence nesting.</summary>
    public const int MaxDepth = 1024;

    private const string Namespace = "http://dicom.nema.org/PS3.19/models/NativeDICOM";

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        CheckCharacters = false, // what XML 1.0 cannot hold is replaced in Text
    };

    public static byte[] Write(JsonElement dataset)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings))
        {
            xml.WriteStartElement("NativeDicomModel", Namespace);
            xml.WriteAttributeString("xml", "space", null, "preserve");
            Attributes(xml, dataset);
            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void Attributes(XmlWriter xml, JsonElement dataset)
    {
        foreach (var property in dataset.EnumerateObject())
        {
            var vr = property.Value.TryGetProperty("vr", out var v) ? v.GetString()! : "UN";
            xml.WriteStartElement("DicomAttribute");
            xml.WriteAttributeString("tag", property.Name);
            xml.WriteAttributeString("vr", vr);
            if (DicomTag.TryParse(property.Name, out var tag) && DicomDictionary.KeywordOf(tag) is { Length: > 0 } keyword)
            {
                xml.WriteAttributeString("keyword", keyword);
            }

            if (property.Value.TryGetProperty("Value", out var values))
            {
                Values(xml, vr, values);
            }
            else if (property.Value.TryGetProperty("BulkDataURI", out var uri))
            {
                xml.WriteStartElement("BulkData");
                xml.WriteAttributeString("uri", uri.GetString());
                xml.WriteEndElement();
            }
            else if (property.Value.TryGetProperty("InlineBinary", out var binary))
            {
                xml.WriteElementString("InlineBinary", binary.GetString());
            }

            xml.WriteEndElement();
        }
    }

    private static void Values(XmlWriter xml, string vr, JsonElement values)
    {
        var number = 0;
        foreach (var value in values.EnumerateArray())
        {
            var element = vr == "SQ" ? "Item" : vr == "PN" ? "PersonName" : "Value";
            xml.WriteStartElement(element);
            xml.WriteAttributeString("number", (++number).ToString(CultureInfo.InvariantCulture));
            switch (value.ValueKind)
            {
                case JsonValueKind.Object when vr == "SQ":
                    Attributes(xml, value);
                    break;
                case JsonValueKind.Object:
                    PersonName(xml, value);
                    break;
                case JsonValueKind.String:
                    xml.WriteString(Text(value.GetString()!));
                    break;
                case JsonValueKind.Number:
                    xml.WriteString(value.GetRawText());
                    break;
            }

            xml.WriteEndElement();
        }
    }

    private static void PersonName(XmlWriter xml, JsonElement name)
    {
        string[] components = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"];
        foreach (var group in name.EnumerateObject())
        {
            xml.WriteStartElement(group.Name);
            var values = (group.Value.GetString() ?? "").Split('^');
            for (var i = 0; i < values.Length && i < components.Length; i++)
            {
                if (values[i].Length > 0)
                {
                    xml.WriteElementString(components[i], Text(values[i]));
                }
            }

            xml.WriteEndElement();
        }
    }

    private static string Text(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : new string([.. text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD')]);
}
