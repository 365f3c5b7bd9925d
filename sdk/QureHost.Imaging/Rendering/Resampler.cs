namespace QureHost.Imaging;

/// <summary>Pictures cut and resized: smaller by the mean of the covered area, larger by linear interpolation.</summary>
internal static class Resampler
{
    private const int MostPixels = 1 << 26;

    public static RenderedImage Crop(RenderedImage image, int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width <= 0 || height <= 0 || x > image.Width - width || y > image.Height - height)
        {
            throw new ArgumentException($"The region lies outside the image of {image.Width} × {image.Height} pixels.");
        }

        var pixels = new byte[width * height * image.Channels];
        for (var row = 0; row < height; row++)
        {
            image.Pixels.AsSpan((((y + row) * image.Width) + x) * image.Channels, width * image.Channels).CopyTo(pixels.AsSpan(row * width * image.Channels));
        }

        return new RenderedImage(width, height, image.Channels, pixels);
    }

    /// <summary>The largest size that fits into the viewport and keeps the shape.</summary>
    public static RenderedImage Fit(RenderedImage image, int width, int height, bool enlarge)
    {
        if (width <= 0 || height <= 0)
        {
            throw new ArgumentException("A viewport has a positive width and height.");
        }

        var scale = Math.Min((double)width / image.Width, (double)height / image.Height);
        if (scale >= 1 && !enlarge)
        {
            return image;
        }

        var (w, h) = (Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
        if ((long)w * h > MostPixels)
        {
            throw new ArgumentException($"A picture of {w} × {h} pixels is larger than is rendered.");
        }

        return Along(Along(image, w, horizontal: true), h, horizontal: false);
    }

    /// <summary>Resizes one direction with a kernel as wide as the source pixels that a target pixel covers.</summary>
    private static RenderedImage Along(RenderedImage image, int target, bool horizontal)
    {
        var source = horizontal ? image.Width : image.Height;
        if (target == source)
        {
            return image;
        }

        var (width, height) = horizontal ? (target, image.Height) : (image.Width, target);
        var channels = image.Channels;
        var (step, line) = horizontal ? (channels, image.Width * channels) : (image.Width * channels, channels);
        var (outStep, outLine) = horizontal ? (channels, width * channels) : (width * channels, channels);
        var lines = horizontal ? image.Height : image.Width;
        var pixels = new byte[width * height * channels];
        var ratio = (double)source / target;
        var reach = Math.Max(ratio / 2, .5);
        for (var t = 0; t < target; t++)
        {
            var center = ((t + .5) * ratio) - .5;
            var first = Math.Max(0, (int)Math.Ceiling(center - reach - .5));
            var last = Math.Min(source - 1, (int)Math.Floor(center + reach + .5));
            var weights = new double[last - first + 1];
            double sum = 0;
            for (var s = first; s <= last; s++)
            {
                // Overlap of the target's area with the source pixel; between two pixels this is linear interpolation.
                var overlap = Math.Min(s + .5, center + reach) - Math.Max(s - .5, center - reach);
                weights[s - first] = Math.Max(0, overlap);
                sum += weights[s - first];
            }

            for (var l = 0; l < lines; l++)
            {
                for (var c = 0; c < channels; c++)
                {
                    double value = 0;
                    for (var s = first; s <= last; s++)
                    {
                        value += weights[s - first] * image.Pixels[(l * line) + (s * step) + c];
                    }

                    pixels[(l * outLine) + (t * outStep) + c] = (byte)Math.Clamp((value / sum) + .5, 0, 255);
                }
            }
        }

        return new RenderedImage(width, height, channels, pixels);
    }
}
