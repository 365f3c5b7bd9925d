using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QureHost.DicomWeb.Multipart;
using QureHost.DicomWeb.Negotiation;
using QureHost.DicomWeb.Xml;

namespace QureHost.DicomWeb.Http;

/// <summary>How answers leave: datasets as JSON or XML, conditional requests, compression where the client asks for it.</summary>
internal static class Sending
{
    private const int WorthCompressing = 2 * 1024;

    /// <summary>
    /// True where the client has this already: the answer is 304 then. The ETag is weak, as one resource has several encodings.
    /// </summary>
    public static bool IsKnown(DicomWebRequest request, string etag)
    {
        request.Response.Headers.ETag = etag;
        foreach (var candidate in request.Http.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (candidate == "*" || Opaque(candidate).SequenceEqual(Opaque(etag)))
            {
                request.Response.StatusCode = StatusCodes.Status304NotModified;
                return true;
            }
        }

        return false;
    }

    /// <summary>Sends DICOM JSON that is ready, in the form that was chosen.</summary>
    public static async Task DatasetsAsync(DicomWebRequest request, Offer offer, PooledBuffer json, bool isArray)
    {
        if (offer.Type == MediaTypes.DicomXml)
        {
            await XmlAsync(request, offer, json, isArray);
            return;
        }

        var response = request.Response;
        response.ContentType = offer.Type;
        if (json.Length >= WorthCompressing && TakesGzip(request.Http))
        {
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept, Accept-Encoding";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await json.CopyToAsync(gzip, request.Aborted);
            return;
        }

        response.ContentLength = json.Length;
        await json.CopyToAsync(response.BodyWriter, request.Aborted);
    }

    private static async Task XmlAsync(DicomWebRequest request, Offer offer, PooledBuffer json, bool isArray)
    {
        using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { MaxDepth = NativeModel.MaxDepth });
        var datasets = isArray ? document.RootElement.EnumerateArray().ToArray() : [document.RootElement];
        var writer = new MultipartWriter();
        request.Response.ContentType = offer.Multipart ? writer.ContentType(MediaTypes.DicomXml) : MediaTypes.DicomXml;
        if (!offer.Multipart && datasets.Length != 1)
        {
            throw Problem.NotAcceptable("Several datasets as XML need multipart/related; type=\"application/dicom+xml\".");
        }

        for (var i = 0; i < datasets.Length; i++)
        {
            if (offer.Multipart)
            {
                await request.Response.Body.WriteAsync(writer.PartHead(i == 0, MediaTypes.DicomXml, null), request.Aborted);
            }

            await request.Response.Body.WriteAsync(NativeModel.Write(datasets[i]), request.Aborted);
        }

        if (offer.Multipart)
        {
            await request.Response.Body.WriteAsync(writer.End(), request.Aborted);
        }
    }

    private static bool TakesGzip(HttpRequest request)
    {
        foreach (var coding in request.Headers.AcceptEncoding.ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = coding.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is "gzip" or "*")
            {
                return parts.Length == 1 || parts[1] is not ("q=0" or "q=0.0");
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> etag) => etag.StartsWith("W/") ? etag[2..] : etag;
}
