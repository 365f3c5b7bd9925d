using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using QureHost.Archive;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Multipart;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Store;

/// <summary>
/// STOW-RS (PS3.18 §10.5): parts stream from the request's buffers into the archive; the answer leaves when all of them are
/// durable. A body that breaks the multipart format keeps nothing: its sender cannot know which parts were understood.
/// </summary>
internal sealed class StoreService(ArchiveStore archive, DicomWebOptions options)
{
    private const string Source = "stow";
    private const int MessagesInWarning = 3;

    public async Task StoreAsync(DicomWebRequest request)
    {
        var answer = request.Accept.Choose(Offer.Json, Offer.PlainJson, Offer.Xml, Offer.XmlParts)
            ?? throw Problem.NotAcceptable("The answer to a store is application/dicom+json or application/dicom+xml.");
        Unlimit(request.Context);
        var type = MediaType.Parse(request.Http.ContentType)
            ?? throw Problem.UnsupportedMediaType("A store needs a Content-Type: multipart/related; type=\"application/dicom\" or application/dicom.");

        var body = StoreBody.Open(request.Http, options.MaxInflatedBytes);
        try
        {
            await StoreAsync(request, type, body, answer);
        }
        finally
        {
            if (body != request.Http.BodyReader)
            {
                await body.CompleteAsync(); // the decompressor's; the request's own is the server's
            }
        }
    }

    private async Task StoreAsync(DicomWebRequest request, MediaType type, PipeReader body, Offer answer)
    {
        await using var group = archive.Ingest.Begin(request.Site, Source, studyUid: request.StudyUid);
        switch (type.Name)
        {
            case "multipart/related":
                await AddPartsAsync(request, type, body, group);
                break;
            case MediaTypes.Dicom:
                await group.AddAsync(body, request.Aborted);
                break;
            default:
                throw Problem.UnsupportedMediaType($"'{type.Name}' cannot be stored: multipart/related or application/dicom can.");
        }

        if (group.Count == 0)
        {
            throw Problem.BadRequest("The request holds no instance.");
        }

        await AnswerAsync(request, answer, await group.CommitAsync(request.Aborted));
    }

    private async Task AddPartsAsync(DicomWebRequest request, MediaType type, PipeReader body, IngestGroup group)
    {
        var inner = (type["type"] ?? MediaTypes.Dicom).ToLowerInvariant();
        if (inner is not (MediaTypes.Dicom or MediaTypes.DicomJson))
        {
            throw Problem.UnsupportedMediaType($"Parts of '{inner}' cannot be stored: application/dicom or application/dicom+json can.");
        }

        var boundary = type["boundary"] ?? throw Problem.BadRequest("The Content-Type has no boundary.");
        var reader = new MultipartReader(body, boundary);
        if (inner == MediaTypes.DicomJson)
        {
            var metadata = new MetadataAndBulk(options.MaxMetadataBytes);
            await metadata.ReadAsync(reader, request.Aborted);
            foreach (var file in metadata.Files())
            {
                await group.AddAsync(file.AsMemory(), request.Aborted);
            }

            return;
        }

        while (await reader.NextAsync(request.Aborted) is { } part)
        {
            // The type is said once for all parts; a part may leave it out or call itself octets.
            if (MediaType.Parse(part.Headers.ContentType)?.Name is null or MediaTypes.Dicom or MediaTypes.OctetStream)
            {
                await group.AddAsync(part, request.Aborted);
            }
            else
            {
                throw Problem.UnsupportedMediaType($"A part is '{part.Headers.ContentType}', not application/dicom. Nothing was stored.");
            }
        }
    }

    private static async Task AnswerAsync(DicomWebRequest request, Offer answer, IReadOnlyList<IngestOutcome> outcomes)
    {
        var refused = outcomes.Count(o => o.Status == IngestStatus.Refused);
        request.Response.StatusCode = refused == 0 ? StatusCodes.Status200OK
            : refused < outcomes.Count ? StatusCodes.Status202Accepted
            : StatusCodes.Status409Conflict;
        Warn(request.Response, outcomes);

        using var body = new PooledBuffer();
        using (var json = new Utf8JsonWriter(body))
        {
            StoreAnswer.Write(json, request, outcomes);
        }

        await Sending.DatasetsAsync(request, answer, body, isArray: false);
    }

    // The response's dataset has no room for words: they go where PS3.18 §8.4.2 puts warnings.
    private static void Warn(HttpResponse response, IReadOnlyList<IngestOutcome> outcomes)
    {
        var messages = outcomes.SelectMany(o => o.Message is null ? o.Warnings : [o.Message, .. o.Warnings]).Distinct().Take(MessagesInWarning);
        foreach (var message in messages)
        {
            var plain = new string([.. message.Select(c => c is < ' ' or > '~' or '"' or '\\' ? ' ' : c)]);
            response.Headers.Append("Warning", $"299 qurehost \"{plain}\"");
        }
    }

    private void Unlimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.MaxRequestBytes;
        }
    }
}
