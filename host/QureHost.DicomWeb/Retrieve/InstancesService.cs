using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Multipart;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>Whole instances of a study, series or instance (PS3.18 §10.4.1.1.1): as parts, one alone, or as a zip archive.</summary>
internal sealed class InstancesService(ArchiveStore archive, ObjectHandles handles, PixelSource pixels, DicomWebOptions options)
{
    private static readonly Offer Parts = new(MediaTypes.Dicom, Multipart: true);
    private static readonly Offer Single = new(MediaTypes.Dicom);
    private static readonly Offer Zip = new(MediaTypes.Zip);

    public async Task SendAsync(DicomWebRequest request)
    {
        var rows = archive.Index.GetInstances(request.Site, request.StudyUid!, request.SeriesUid, request.SopInstanceUid);
        if (rows.Count == 0)
        {
            throw Missing.Resource();
        }

        var offer = (rows.Count == 1 ? request.Accept.Choose(Parts, Single, Zip) : request.Accept.Choose(Parts, Zip))
            ?? throw Problem.NotAcceptable("Instances are multipart/related; type=\"application/dicom\", application/dicom (one) or application/zip.");
        var form = InstanceForm.Of(request.Accept, offer);
        var asStored = rows.Select(r => form.IsAsStored(r) ?? throw Problem.NotAcceptable(
            $"An instance is stored as {TransferSyntax.ForUid(r.TransferSyntaxUid).Name}: ask for transfer-syntax=*, for that, or for explicit VR little endian.")).ToArray();

        request.Response.Headers.CacheControl = options.CacheControl;
        if (rows.Count == 1 && Sending.IsKnown(request, $"W/\"{Convert.ToHexString(rows[0].DatasetHash.Span)}-{asStored[0]}\""))
        {
            return;
        }

        if (offer == Zip)
        {
            await SendZipAsync(request, rows);
        }
        else if (offer == Single)
        {
            await SendSingleAsync(request, rows[0], asStored[0]);
        }
        else
        {
            await SendPartsAsync(request, rows, asStored);
        }
    }

    private static string TypeOf(InstanceRow row, bool asStored) =>
        $"{MediaTypes.Dicom}; transfer-syntax={(asStored ? row.TransferSyntaxUid : TransferSyntax.ExplicitLittleEndian.Uid)}";

    private async Task SendSingleAsync(DicomWebRequest request, InstanceRow row, bool asStored)
    {
        request.Response.ContentType = TypeOf(row, asStored);
        if (asStored)
        {
            request.Response.ContentLength = row.Length;
        }

        await SendOneAsync(request, row, asStored);
    }

    private async Task SendPartsAsync(DicomWebRequest request, IReadOnlyList<InstanceRow> rows, bool[] asStored)
    {
        var multipart = new MultipartWriter();
        var heads = rows.Select((row, i) => multipart.PartHead(i == 0, TypeOf(row, asStored[i]), request.ResourceUrl(row.SeriesUid, row.SopInstanceUid))).ToArray();
        var end = multipart.End();
        request.Response.ContentType = multipart.ContentType(MediaTypes.Dicom);
        if (asStored.All(a => a))
        {
            request.Response.ContentLength = heads.Sum(h => (long)h.Length) + rows.Sum(r => r.Length) + end.Length;
        }

        for (var i = 0; i < rows.Count; i++)
        {
            await request.Response.BodyWriter.WriteAsync(heads[i], request.Aborted);
            await SendOneAsync(request, rows[i], asStored[i]);
        }

        await request.Response.BodyWriter.WriteAsync(end, request.Aborted);
    }

    private async Task SendOneAsync(DicomWebRequest request, InstanceRow row, bool asStored)
    {
        using var lease = handles.Rent(row.ObjectPath);
        if (asStored)
        {
            await ObjectBytes.SendAsync(lease.Handle, row.Offset, row.Length, request.Response.BodyWriter, request.Aborted);
            return;
        }

        using var converted = new PooledBuffer();
        await pixels.ConvertAsync(row, lease, converted, request.Aborted);
        await converted.CopyToAsync(request.Response.BodyWriter, request.Aborted);
    }

    private async Task SendZipAsync(DicomWebRequest request, IReadOnlyList<InstanceRow> rows)
    {
        // The framework's entries end with a small synchronous write, even where they are disposed asynchronously.
        if (request.Context.Features.Get<IHttpBodyControlFeature>() is { } control)
        {
            control.AllowSynchronousIO = true;
        }

        request.Response.ContentType = MediaTypes.Zip;
        request.Response.Headers.ContentDisposition = "attachment; filename=\"dicom.zip\"";
        await using var zip = await ZipArchive.CreateAsync(request.Response.Body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, request.Aborted);
        for (var i = 0; i < rows.Count; i++)
        {
            // Numbered, as UIDs of hostile objects are no file names; DICOMDIR's rule of eight characters too.
            var entry = zip.CreateEntry($"dicom/{i + 1:D8}.dcm", CompressionLevel.NoCompression);
            await using var target = await entry.OpenAsync(request.Aborted);
            await using var source = archive.Objects.OpenPart10(rows[i]);
            await source.CopyToAsync(target, ObjectBytes.Block, request.Aborted);
        }
    }
}
