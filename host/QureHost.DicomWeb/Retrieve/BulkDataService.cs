using QureHost.Archive;
using QureHost.Dicom;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Multipart;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>Bulk data (PS3.18 §10.4.1.1.4): values too large for metadata, by the addresses that the metadata give.</summary>
internal sealed class BulkDataService(ArchiveStore archive, ObjectHandles handles, FramesService frames, DicomWebOptions options)
{
    private static readonly Offer Single = new(MediaTypes.OctetStream);
    private static readonly Offer Parts = new(MediaTypes.OctetStream, Multipart: true);

    public async Task SendPixelDataAsync(DicomWebRequest request) => await frames.SendAllAsync(request, Row(request));

    /// <summary>One value. Pixel data that are compressed leave frame by frame, as fragments mean nothing to a client.</summary>
    public async Task SendAsync(DicomWebRequest request)
    {
        var row = Row(request);
        var file = await ParseAsync(row, request.Aborted);
        var element = DicomJson.Find(file.Dataset, request.Context.Request.RouteValues["path"] as string ?? "")
            ?? throw Problem.NotFound("The instance has no such element.");
        if (element is DicomSequence)
        {
            throw Problem.NotFound("The element is a sequence, which metadata hold whole.");
        }

        if (element is DicomBulk { IsEncapsulated: true } or DicomFragments)
        {
            await frames.SendAllAsync(request, row);
            return;
        }

        var offer = request.Accept.Choose(Single, Parts) ?? throw Problem.NotAcceptable("Bulk data are application/octet-stream, alone or in a multipart/related.");
        request.Response.Headers.CacheControl = options.CacheControl;
        if (Sending.IsKnown(request, $"W/\"{Convert.ToHexString(row.DatasetHash.Span)}-{element.Tag.JsonKey}\""))
        {
            return;
        }

        using var lease = handles.Rent(row.ObjectPath);
        var value = new BulkValue(file, element, row.Offset, lease);
        if (offer.Multipart)
        {
            await SendPartsAsync(request, [value]);
            return;
        }

        var (offset, length) = ByteRange.Choose(request, value.Length);
        request.Response.ContentType = MediaTypes.OctetStream;
        request.Response.ContentLength = length;
        await value.SendAsync(offset, length, request.Response.BodyWriter, request.Aborted);
    }

    /// <summary>All bulk values of an instance as parts, each with its address; pixel data that are compressed are left to <c>/pixeldata</c>.</summary>
    public async Task SendAllAsync(DicomWebRequest request)
    {
        if (request.Accept.Choose(Parts) is null)
        {
            throw Problem.NotAcceptable("All bulk data of an instance are multipart/related; type=\"application/octet-stream\".");
        }

        var row = Row(request);
        var file = await ParseAsync(row, request.Aborted);
        using var lease = handles.Rent(row.ObjectPath);
        var values = BulkPath.All(file.Dataset).Where(v => v.Element is not (DicomFragments or DicomBulk { IsEncapsulated: true }))
            .Select(v => new BulkValue(file, v.Element, row.Offset, lease, v.Path)).ToArray();
        if (values.Length == 0)
        {
            throw Problem.NotFound("The instance has no bulk data.");
        }

        await SendPartsAsync(request, values);
    }

    private static async Task SendPartsAsync(DicomWebRequest request, BulkValue[] values)
    {
        var (response, multipart) = (request.Response, new MultipartWriter());
        var heads = values.Select((value, i) => multipart.PartHead(i == 0, MediaTypes.OctetStream,
            value.Path is null ? null : $"{request.ResourceUrl()}/bulkdata/{value.Path}")).ToArray();
        var end = multipart.End();
        response.ContentType = multipart.ContentType(MediaTypes.OctetStream);
        response.ContentLength = heads.Sum(h => (long)h.Length) + values.Sum(v => v.Length) + end.Length;
        for (var i = 0; i < values.Length; i++)
        {
            await response.BodyWriter.WriteAsync(heads[i], request.Aborted);
            await values[i].SendAsync(0, values[i].Length, response.BodyWriter, request.Aborted);
        }

        await response.BodyWriter.WriteAsync(end, request.Aborted);
    }

    private InstanceRow Row(DicomWebRequest request) =>
        archive.Index.GetInstance(request.Site, request.StudyUid!, request.SeriesUid!, request.SopInstanceUid!) ?? throw Missing.Resource();

    private async ValueTask<DicomFile> ParseAsync(InstanceRow row, CancellationToken cancellationToken)
    {
        await using var part10 = archive.Objects.OpenPart10(row);
        return await DicomFile.ReadAsync(part10, null, cancellationToken);
    }
}
