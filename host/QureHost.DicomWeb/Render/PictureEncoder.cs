using System.Runtime.InteropServices;
using QureHost.DicomWeb.Negotiation;
using QureHost.Imaging;
using SkiaSharp;

namespace QureHost.DicomWeb.Render;

/// <summary>Pictures to JPEG, PNG and WebP, fitted into a viewport. Grey stays grey: a third of the work and of the bytes.</summary>
internal static class PictureEncoder
{
    // Filters cost more than they save on the noise of medical images; level 3 is where deflate stops being fast.
    private static readonly SKPngEncoderOptions Png = new(SKPngEncoderFilterFlags.Sub, 3);

    public static byte[] Encode(RenderedImage picture, ViewportParameter? viewport, bool enlarge, string mediaType, int quality)
    {
        var (colour, pixels) = picture.Channels == 1 ? (SKColorType.Gray8, picture.Pixels) : (SKColorType.Rgb888x, WithFourth(picture.Pixels));
        var pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            var info = new SKImageInfo(picture.Width, picture.Height, colour, SKAlphaType.Opaque);
            using var source = new SKPixmap(info, pinned.AddrOfPinnedObject());
            if (viewport is null)
            {
                return Encode(source, mediaType, quality);
            }

            using var fitted = Fit(source, viewport, enlarge);
            using var target = fitted.PeekPixels();
            return Encode(target, mediaType, quality);
        }
        finally
        {
            pinned.Free();
        }
    }

    private static byte[] Encode(SKPixmap pixmap, string mediaType, int quality)
    {
        using var data = mediaType switch
        {
            MediaTypes.Png => pixmap.Encode(Png),
            MediaTypes.Webp => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)),
            _ => pixmap.Encode(new SKJpegEncoderOptions(quality)),
        };
        return data?.ToArray() ?? throw new InvalidOperationException($"An image of {pixmap.Width} x {pixmap.Height} could not be encoded as {mediaType}.");
    }

    /// <summary>The part that is asked for, as large as fits into the viewport with its proportions kept (PS3.18 §8.3.5.1.3).</summary>
    private static SKBitmap Fit(SKPixmap source, ViewportParameter viewport, bool enlarge)
    {
        var (x, y) = (Math.Min(viewport.SourceX, source.Width - 1), Math.Min(viewport.SourceY, source.Height - 1));
        var (sw, sh) = (viewport.SourceWidth ?? source.Width - x, viewport.SourceHeight ?? source.Height - y);
        var width = Math.Min(Math.Abs(sw), source.Width - x);
        var height = Math.Min(Math.Abs(sh), source.Height - y);
        var scale = Math.Min(viewport.Width / width, viewport.Height / height);
        scale = enlarge ? scale : Math.Min(scale, 1);
        var (w, h) = (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));

        var target = new SKBitmap(new SKImageInfo(w, h, source.ColorType, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(target);
        using var image = SKImage.FromPixels(source);
        canvas.Scale(sw < 0 ? -1 : 1, sh < 0 ? -1 : 1, w / 2f, h / 2f);
        var sampling = scale < 1 ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear) : new SKSamplingOptions(SKCubicResampler.Mitchell);
        canvas.DrawImage(image, SKRect.Create((float)x, (float)y, (float)width, (float)height), SKRect.Create(w, h), sampling);
        canvas.Flush();
        return target;
    }

    private static byte[] WithFourth(byte[] rgb)
    {
        var pixels = new byte[rgb.Length / 3 * 4];
        for (int from = 0, to = 0; from + 2 < rgb.Length; from += 3, to += 4)
        {
            pixels[to] = rgb[from];
            pixels[to + 1] = rgb[from + 1];
            pixels[to + 2] = rgb[from + 2];
            pixels[to + 3] = 255;
        }

        return pixels;
    }
}
