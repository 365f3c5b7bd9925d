using QureHost.Sdk.Results;

namespace QureHost.Results.Captures;

/// <summary>A colour picture, interleaved RGB.</summary>
internal sealed record ColourImage(int Rows, int Columns, byte[] Samples)
{
    public Span<byte> Pixel(int y, int x) => Samples.AsSpan(((y * Columns) + x) * 3, 3);
}

/// <summary>Draws a heatmap over the grey picture that it was made from.</summary>
internal static class Heatmap
{
    private const int LongestSide = 1024;
    private const double Opacity = .6;

    /// <summary>The picture at most 1,024 pixels long, with the heatmap over it; a coarse grid covers it edge to edge.</summary>
    public static ColourImage Over(GreyImage grey, ReadOnlySpan<byte> heat, int heatRows, int heatColumns, int bandRows)
    {
        var factor = Math.Max(1, (Math.Max(grey.Rows, grey.Columns) + LongestSide - 1) / LongestSide);
        var (rows, columns) = (Math.Max(1, grey.Rows / factor), Math.Max(1, grey.Columns / factor));
        var image = new ColourImage(rows + bandRows, columns, new byte[3 * (rows + bandRows) * columns]);
        var samples = grey.Samples.Span;
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var value = Mean(samples, grey.Columns, y * factor, x * factor, factor);
                var amount = Bilinear(heat, heatRows, heatColumns, (y + .5) / rows, (x + .5) / columns) / 255;
                var alpha = Opacity * Math.Sqrt(amount);
                var (r, g, b) = Colour(amount);
                var pixel = image.Pixel(y + bandRows, x);
                pixel[0] = Mix(value, r, alpha);
                pixel[1] = Mix(value, g, alpha);
                pixel[2] = Mix(value, b, alpha);
            }
        }

        return image;
    }

    public static int ColumnsOf(GreyImage grey) => Math.Max(1, grey.Columns / Math.Max(1, (Math.Max(grey.Rows, grey.Columns) + LongestSide - 1) / LongestSide));

    private static int Mean(ReadOnlySpan<byte> samples, int stride, int y, int x, int factor)
    {
        var sum = 0;
        for (var dy = 0; dy < factor; dy++)
        {
            foreach (var sample in samples.Slice(((y + dy) * stride) + x, factor))
                sum += sample;
        }

        return sum / (factor * factor);
    }

    private static double Bilinear(ReadOnlySpan<byte> heat, int rows, int columns, double v, double u)
    {
        var y = Math.Clamp((v * rows) - .5, 0, rows - 1);
        var x = Math.Clamp((u * columns) - .5, 0, columns - 1);
        var (y0, x0) = ((int)y, (int)x);
        var (y1, x1) = (Math.Min(y0 + 1, rows - 1), Math.Min(x0 + 1, columns - 1));
        var (fy, fx) = (y - y0, x - x0);
        var upper = (heat[(y0 * columns) + x0] * (1 - fx)) + (heat[(y0 * columns) + x1] * fx);
        var lower = (heat[(y1 * columns) + x0] * (1 - fx)) + (heat[(y1 * columns) + x1] * fx);
        return (upper * (1 - fy)) + (lower * fy);
    }

    /// <summary>Blue over yellow to red.</summary>
    private static (double R, double G, double B) Colour(double amount) => amount < .5
        ? (510 * amount, 510 * amount, 255 * (1 - (2 * amount)))
        : (255, 255 * (2 - (2 * amount)), 0);

    private static byte Mix(double below, double above, double alpha) => (byte)Math.Round((below * (1 - alpha)) + (above * alpha));
}
