using QureHost.Dicom;
using QureHost.Dicom.Codecs;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>Frames as 8-bit pictures for rendered retrieval and thumbnails.</summary>
public static class DisplayRenderer
{
    /// <exception cref="PixelsUnavailableException">No pixels, damaged pixels, or no decoder; the message is fit for a reader.</exception>
    /// <exception cref="ArgumentException">The region lies outside the image.</exception>
    public static RenderedImage Render8Bit(DicomDataset tags, FrameData data, RenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tags);
        options ??= RenderOptions.Default;
        var format = FrameReader.FormatOf(tags);
        RenderedImage image;
        try
        {
            var decoded = FrameDecoder.Decode(data.Syntax, data.Bytes, format, data.PixelVr, data.BitOffset);
            image = ColorPixels.IsColor(decoded.Format)
                ? new RenderedImage(format.Columns, format.Rows, 3, ColorPixels.ToRgb(decoded, tags))
                : new RenderedImage(format.Columns, format.Rows, 1, Grey(StoredPixels.Of(decoded, data.PixelTag), new FrameAttributes(tags, data.Frame), options.Window));
        }
        catch (CodecException e)
        {
            throw new PixelsUnavailableException(e.Message, e);
        }

        if (options.Region is { } region)
        {
            image = Resampler.Crop(image, region.X, region.Y, region.Width, region.Height);
        }

        return options.Viewport is { } viewport ? Resampler.Fit(image, viewport.Width, viewport.Height, options.Enlarge) : image;
    }

    private static byte[] Grey(StoredPixels stored, FrameAttributes attributes, VoiWindow? window)
    {
        var samples = new short[stored.Count];
        DisplayPixels.Write(stored, attributes, samples, window);
        var grey = new byte[samples.Length];
        for (var i = 0; i < grey.Length; i++)
        {
            grey[i] = (byte)(((samples[i] * 255) + (short.MaxValue / 2)) / short.MaxValue);
        }

        return grey;
    }
}
