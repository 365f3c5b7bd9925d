using System.IO.Hashing;
using System.Text;
using Microsoft.AspNetCore.Http;
using QureHost.Archive;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Multipart;
using QureHost.DicomWeb.Negotiation;
using QureHost.DicomWeb.Retrieve;
using QureHost.Imaging;

namespace QureHost.DicomWeb.Render;

/// <summary>
/// Rendered images and thumbnails (PS3.18 §10.4.1.1.3 and §10.4.1.1.7) as JPEG, PNG or WebP. A single image of a series or study
/// is one that stands for it; a multipart holds all of them.
/// </summary>
internal sealed class RenderedService(ArchiveStore archive, ObjectHandles handles, PixelSource pixels, DicomWebOptions options)
{
    private const int ThumbnailSide = 256;

    private static readonly Offer[] Single = [new(MediaTypes.Jpeg), new(MediaTypes.Png), new(MediaTypes.Webp)];
    private static readonly Offer[] Parts = [.. Single.Select(o => o with { Multipart = true })];

    private readonly RenderTargets _targets = new(archive);

    public async Task SendRenderedAsync(DicomWebRequest request)
    {
        var parameters = RenderParameters.Read(request.Http.Query, options.MaxRenderedSide);
        var offer = Choose(request);
        if (parameters.IsAnnotated)
        {
            request.Response.Headers.Append("Warning", "299 qurehost \"The annotation parameter is not supported. Nothing was drawn into the image\"");
        }

        if (offer.Multipart)
        {
            await SendPartsAsync(request, offer, parameters);
            return;
        }

        await SendOneAsync(request, offer, parameters, enlarge: true);
    }

    public async Task SendThumbnailAsync(DicomWebRequest request)
    {
        var parameters = RenderParameters.Read(request.Http.Query, options.MaxRenderedSide);
        var offer = request.Accept.Choose(Single) ?? throw Unacceptable();
        var viewport = parameters.Viewport ?? new ViewportParameter(ThumbnailSide, ThumbnailSide, 0, 0, null, null);
        await SendOneAsync(request, offer, parameters with { Viewport = viewport }, enlarge: false);
    }

    private static ProblemException Unacceptable() =>
        Problem.NotAcceptable("Images are rendered as image/jpeg, image/png or image/webp, alone or in a multipart/related.");

    // A list of frames is several images, which only a multipart can hold.
    private static Offer Choose(DicomWebRequest request)
    {
        var isList = (request.Context.Request.RouteValues["frames"] as string)?.Contains(',') == true;
        return request.Accept.Choose(isList ? Parts : [.. Single, .. Parts]) ?? throw Unacceptable();
    }

    private static string ETag(InstanceRow row, int frame, string mediaType, string query)
    {
        var rest = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{frame} {mediaType} {query}"));
        return $"W/\"{Convert.ToHexString(row.DatasetHash.Span)}-{rest:X}\"";
    }

    private async Task SendOneAsync(DicomWebRequest request, Offer offer, RenderParameters parameters, bool enlarge)
    {
        var (row, frame) = request.Context.Request.RouteValues.ContainsKey("frames") ? _targets.All(request)[0] : _targets.One(request);
        request.Response.Headers.CacheControl = options.CacheControl;
        request.Response.Headers.Vary = "Accept";
        if (Sending.IsKnown(request, ETag(row, frame, offer.Type, request.Http.QueryString.Value ?? "")))
        {
            return;
        }

        var image = await RenderAsync(row, frame, offer.Type, parameters, enlarge, request.Aborted);
        request.Response.ContentType = offer.Type;
        request.Response.ContentLength = image.Length;
        await request.Response.Body.WriteAsync(image, request.Aborted);
    }

    private async Task SendPartsAsync(DicomWebRequest request, Offer offer, RenderParameters parameters)
    {
        var targets = _targets.All(request);
        if (targets.Length == 0)
        {
            throw Problem.NotAcceptable("There is no image to render here.");
        }

        var multipart = new MultipartWriter();
        for (var i = 0; i < targets.Length; i++)
        {
            var (row, frame) = targets[i];
            var image = await RenderAsync(row, frame, offer.Type, parameters, enlarge: true, request.Aborted);
            request.Response.ContentType ??= multipart.ContentType(offer.Type); // the first image is there: the answer can begin
            var location = $"{request.ResourceUrl(row.SeriesUid, row.SopInstanceUid)}/frames/{frame}/rendered";
            await request.Response.Body.WriteAsync(multipart.PartHead(i == 0, offer.Type, location), request.Aborted);
            await request.Response.Body.WriteAsync(image, request.Aborted);
        }

        await request.Response.Body.WriteAsync(multipart.End(), request.Aborted);
    }

    private async Task<byte[]> RenderAsync(InstanceRow row, int frame, string mediaType, RenderParameters parameters, bool enlarge, CancellationToken cancellationToken)
    {
        using var lease = handles.Rent(row.ObjectPath);
        var loaded = await pixels.LoadAsync(row, lease, cancellationToken);
        if (frame > loaded.Pixels.Frames.Count)
        {
            throw Missing.Pixels();
        }

        await pixels.Decoders.WaitAsync(cancellationToken);
        try
        {
            var data = new FrameData(loaded.StoredFrame(frame - 1), loaded.File.TransferSyntax, frame - 1, loaded.Pixels.Tag, loaded.Pixels.Vr, BitOffset: 0);
            var picture = DisplayRenderer.Render8Bit(loaded.File.Dataset, data, new RenderOptions { Window = parameters.Window });
            return PictureEncoder.Encode(picture, parameters.Viewport, enlarge, mediaType, parameters.Quality);
        }
        finally
        {
            pixels.Decoders.Release();
        }
    }
}
