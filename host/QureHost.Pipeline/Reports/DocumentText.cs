using System.Text;
using System.Xml;
using QureHost.Dicom;
using QureHost.Imaging;

namespace QureHost.Pipeline;

/// <summary>The text of a document of a study: a structured report (PS3.3 §A.35) or an encapsulated CDA (PS3.3 §A.45.2).</summary>
internal static class DocumentText
{
    private const int MaxLength = 1_000_000;
    private const string EncapsulatedCda = "1.2.840.10008.5.1.4.1.1.104.2";

    private static readonly HashSet<string> TextDocuments =
    [
        "1.2.840.10008.5.1.4.1.1.88.11",   // Basic Text SR
        "1.2.840.10008.5.1.4.1.1.88.22",   // Enhanced SR
        "1.2.840.10008.5.1.4.1.1.88.33",   // Comprehensive SR
        "1.2.840.10008.5.1.4.1.1.88.34",   // Comprehensive 3D SR
        EncapsulatedCda,
    ];

    public static bool IsTextDocument(string sopClassUid) => TextDocuments.Contains(sopClassUid);

    /// <summary>Plain text; null where there is none.</summary>
    public static string? Of(DicomDataset dataset, string sopClassUid)
    {
        var text = sopClassUid == EncapsulatedCda ? OfXml(dataset.GetBytes(DicomTags.EncapsulatedDocument)) : ReportText.Of(dataset);
        return string.IsNullOrWhiteSpace(text) ? null : text[..Math.Min(text.Length, MaxLength)];
    }

    private static string OfXml(ReadOnlyMemory<byte> xml)
    {
        // No DTD, no entities, nothing fetched: the document comes from outside.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxLength * 8 };
        var text = new StringBuilder();
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(xml.ToArray()), settings);
            while (reader.Read() && text.Length <= MaxLength)
            {
                if (reader.NodeType == XmlNodeType.Text)
                {
                    text.Append(reader.Value.Trim()).Append('\n');
                }
                else if (reader is { NodeType: XmlNodeType.Element, LocalName: "title" })
                {
                    text.Append('\n');
                }
            }
        }
        catch (XmlException)
        {
            // What could be read until here is what there is.
        }

        return text.ToString().Trim();
    }
}
