using Microsoft.AspNetCore.Http;
using QureHost.Archive;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Search;

/// <summary>QIDO-RS (PS3.18 §10.6): the index writes the answer's JSON, this sends it.</summary>
internal sealed class SearchService(ArchiveStore archive, DicomWebOptions options)
{
    public async Task SearchAsync(DicomWebRequest request, QidoLevel level)
    {
        var offer = request.Accept.Choose(Offer.Json, Offer.PlainJson, Offer.XmlParts)
            ?? throw Problem.NotAcceptable("A search answers application/dicom+json or multipart/related; type=\"application/dicom+xml\".");
        var query = QidoParameters.Read(request, level, options);

        using var json = new PooledBuffer();
        var answer = query.Limit == 0 ? default : archive.Index.WriteMatches(query, request.BaseUrl, json);
        request.Response.Headers.CacheControl = "no-store";
        if (answer.More)
        {
            request.Response.Headers.Append("Warning", "299 qurehost \"There are additional results that can be requested\"");
        }

        if (answer.Count == 0)
        {
            request.Response.StatusCode = StatusCodes.Status204NoContent; // PS3.18 table 10.6.3-1
            return;
        }

        await Sending.DatasetsAsync(request, offer, json, isArray: true);
    }
}
