using System.Text;
using Microsoft.AspNetCore.Http;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Capabilities;

/// <summary>Retrieve Capabilities (PS3.18 §8.9): a WADL document of the resources and their methods.</summary>
internal static class CapabilitiesService
{
    private const string Wadl = "application/vnd.sun.wadl+xml";

    private static readonly (string Path, string[] Methods)[] Resources =
    [
        ("studies", ["GET SearchForStudies application/dicom+json", "POST StoreInstances application/dicom+json"]),
        ("series", ["GET SearchForSeries application/dicom+json"]),
        ("instances", ["GET SearchForInstances application/dicom+json"]),
        ("studies/{study}", ["GET RetrieveStudy multipart/related", "POST StoreStudyInstances application/dicom+json", "DELETE DeleteStudy"]),
        ("studies/{study}/metadata", ["GET RetrieveStudyMetadata application/dicom+json"]),
        ("studies/{study}/rendered", ["GET RetrieveRenderedStudy image/jpeg"]),
        ("studies/{study}/thumbnail", ["GET RetrieveStudyThumbnail image/jpeg"]),
        ("studies/{study}/series", ["GET SearchForStudySeries application/dicom+json"]),
        ("studies/{study}/instances", ["GET SearchForStudyInstances application/dicom+json"]),
        ("studies/{study}/series/{series}", ["GET RetrieveSeries multipart/related", "DELETE DeleteSeries"]),
        ("studies/{study}/series/{series}/metadata", ["GET RetrieveSeriesMetadata application/dicom+json"]),
        ("studies/{study}/series/{series}/rendered", ["GET RetrieveRenderedSeries image/jpeg"]),
        ("studies/{study}/series/{series}/thumbnail", ["GET RetrieveSeriesThumbnail image/jpeg"]),
        ("studies/{study}/series/{series}/instances", ["GET SearchForStudySeriesInstances application/dicom+json"]),
        ("studies/{study}/series/{series}/instances/{instance}", ["GET RetrieveInstance multipart/related", "DELETE DeleteInstance"]),
        ("studies/{study}/series/{series}/instances/{instance}/metadata", ["GET RetrieveInstanceMetadata application/dicom+json"]),
        ("studies/{study}/series/{series}/instances/{instance}/rendered", ["GET RetrieveRenderedInstance image/jpeg"]),
        ("studies/{study}/series/{series}/instances/{instance}/thumbnail", ["GET RetrieveInstanceThumbnail image/jpeg"]),
        ("studies/{study}/series/{series}/instances/{instance}/pixeldata", ["GET RetrievePixelData multipart/related"]),
        ("studies/{study}/series/{series}/instances/{instance}/bulkdata", ["GET RetrieveBulkData multipart/related"]),
        ("studies/{study}/series/{series}/instances/{instance}/frames/{frames}", ["GET RetrieveFrames multipart/related"]),
        ("studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered", ["GET RetrieveRenderedFrames image/jpeg"]),
        ("studies/{study}/series/{series}/instances/{instance}/frames/{frames}/thumbnail", ["GET RetrieveFramesThumbnail image/jpeg"]),
    ];

    public static async Task SendAsync(DicomWebRequest request)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<application xmlns=\"http://wadl.dev.java.net/2009/02\">\n");
        xml.Append("  <resources base=\"").Append(request.BaseUrl).Append("/\">\n");
        foreach (var (path, methods) in Resources)
        {
            xml.Append("    <resource path=\"").Append(path).Append("\">\n");
            foreach (var words in methods.Select(m => m.Split(' ')))
            {
                xml.Append("      <method name=\"").Append(words[0]).Append("\" id=\"").Append(words[1]).Append("\">");
                xml.Append(words.Length > 2 ? $"<response><representation mediaType=\"{words[2]}\"/></response>" : "").Append("</method>\n");
            }

            xml.Append("    </resource>\n");
        }

        var body = Encoding.UTF8.GetBytes(xml.Append("  </resources>\n</application>\n").ToString());
        request.Response.ContentType = Wadl;
        request.Response.ContentLength = body.Length;
        await request.Response.Body.WriteAsync(body, request.Aborted);
    }
}
