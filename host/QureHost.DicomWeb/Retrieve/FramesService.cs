using QureHost.Archive;
using QureHost.Dicom;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Multipart;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>
/// Frames (PS3.18 §10.4.1.1.5). The index knows where each frame's bytes are, so that a stored frame is one look-up and one
/// read; the browser decodes compressed ones itself.
/// </summary>
internal sealed class FramesService(ArchiveStore archive, ObjectHandles handles, PixelSource pixels, DicomWebOptions options)
{
    public async Task SendAsync(DicomWebRequest request)
    {
        var row = archive.Index.GetInstance(request.Site, request.StudyUid!, request.SeriesUid!, request.SopInstanceUid!) ?? throw Missing.Resource();
        var frames = FrameList.Parse(request.Context.Request.RouteValues["frames"] as string, PixelSource.FrameCount(row) ?? throw Missing.Pixels());
        await SendAsync(request, row, frames);
    }

    /// <summary>Sends all frames: what <c>/pixeldata</c> and the bulk data address of compressed pixel data mean.</summary>
    public Task SendAllAsync(DicomWebRequest request, InstanceRow row) =>
        SendAsync(request, row, [.. Enumerable.Range(1, PixelSource.FrameCount(row) ?? throw Missing.Pixels())]);

    private async Task SendAsync(DicomWebRequest request, InstanceRow row, int[] frames)
    {
        var form = FrameForm.Choose(request.Accept, row, frames.Length, PixelSource.CanDecode(row))
            ?? throw Problem.NotAcceptable($"The frames are stored as {TransferSyntax.ForUid(row.TransferSyntaxUid).Name}: ask for transfer-syntax=* or a form of it.");
        request.Response.Headers.CacheControl = options.CacheControl;
        if (Sending.IsKnown(request, $"W/\"{Convert.ToHexString(row.DatasetHash.Span)}-{form.TransferSyntax}\""))
        {
            return;
        }

        using var lease = handles.Rent(row.ObjectPath);
        var bodies = form.AsStored && !PixelSource.NeedsWork(row)
            ? StoredFrame.Of(row, frames, lease)
            : await pixels.FramesAsync(row, frames, lease, form, request.Aborted);
        if (bodies[0] is DecodedFrameBody decoded)
        {
            await decoded.PrepareAsync(request.Aborted);
        }

        await SendAsync(request, form, frames, bodies);
    }

    private static async Task SendAsync(DicomWebRequest request, FrameForm form, int[] frames, IFrameBody[] bodies)
    {
        var (response, output) = (request.Response, request.Response.BodyWriter);
        if (!form.Multipart)
        {
            response.ContentType = form.PartType;
            response.ContentLength = bodies[0].Length;
            await bodies[0].SendAsync(output, request.Aborted);
            return;
        }

        var multipart = new MultipartWriter();
        var url = request.ResourceUrl() + "/frames/";
        var heads = frames.Select((frame, i) => multipart.PartHead(i == 0, form.PartType, url + frame)).ToArray();
        var end = multipart.End();
        response.ContentType = multipart.ContentType(form.Type);
        response.ContentLength = heads.Sum(h => (long)h.Length) + bodies.Sum(b => b.Length) + end.Length;
        for (var i = 0; i < bodies.Length; i++)
        {
            await output.WriteAsync(heads[i], request.Aborted);
            await bodies[i].SendAsync(output, request.Aborted);
        }

        await output.WriteAsync(end, request.Aborted);
    }
}
