using System.Buffers;
using System.Text.Json;
using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>The DICOM JSON of a whole dataset, bulk data as URIs below the base that the sender puts in.</summary>
internal static class MetadataJson
{
    /// <summary>How the JSON writer spells the byte that stands for the base, at the only place where nobody but us puts it.</summary>
    private static ReadOnlySpan<byte> Escaped => "\"BulkDataURI\":\"\\u0001"u8;

    public static byte[] Write(DicomFile file, DicomIdentity id)
    {
        var prefix = $"{(char)JsonTemplate.BaseUrl}/studies/{id.StudyUid}/series/{id.SeriesUid}/instances/{id.SopInstanceUid}/bulkdata/";
        var output = new ArrayBufferWriter<byte>(8192);
        using (var json = new Utf8JsonWriter(output, DicomJson.WriterOptions))
            DicomJson.Write(json, file.Dataset, (_, path) => prefix + path);
        return ToTemplate(output.WrittenSpan);
    }

    private static byte[] ToTemplate(ReadOnlySpan<byte> json)
    {
        var escape = Escaped.Length - 6;
        var count = json.Count(Escaped);
        var template = new byte[json.Length - (count * 5)];
        var to = template.AsSpan();
        for (; count > 0; count--)
        {
            var at = json.IndexOf(Escaped) + escape;
            json[..at].CopyTo(to);
            to[at] = JsonTemplate.BaseUrl;
            to = to[(at + 1)..];
            json = json[(at + 6)..];
        }

        json.CopyTo(to);
        return template;
    }
}
