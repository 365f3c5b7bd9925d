using QureHost.Archive;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>Metadata of a study, series or instance (PS3.18 §10.4.1.1.2): stored JSON, joined by the index; nothing is parsed.</summary>
internal sealed class MetadataService(ArchiveStore archive)
{
    public async Task SendAsync(DicomWebRequest request)
    {
        var offer = request.Accept.Choose(Offer.Json, Offer.PlainJson, Offer.XmlParts)
            ?? throw Problem.NotAcceptable("Metadata are application/dicom+json or multipart/related; type=\"application/dicom+xml\".");
        using var json = new PooledBuffer();
        var count = archive.Index.WriteMetadata(request.Site, request.StudyUid!, request.SeriesUid, request.SopInstanceUid, request.BaseUrl, json);
        if (count == 0)
        {
            throw Missing.Resource();
        }

        request.Response.Headers.CacheControl = "private, no-cache";
        if (!Sending.IsKnown(request, $"W/{json.ETag()}"))
        {
            await Sending.DatasetsAsync(request, offer, json, isArray: true);
        }
    }
}
