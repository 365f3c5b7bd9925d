namespace QureHost.Plugins.ChestXray.Anatomy;

/// <summary>
/// Widest heart over widest thorax. Places are fractions of the image's width and height, so the ratio does not
/// depend on how the image was squeezed onto the model's grid.
/// </summary>
/// <param name="Heart">Left and right border of the heart and the row at which its line is drawn.</param>
/// <param name="Thorax">Left and right border of the thorax (lungs or heart, whichever reaches further) and its row.</param>
internal sealed record CardiothoracicRatio(Extent Heart, Extent Thorax)
{
    public double Value => Heart.Width / Thorax.Width;

    /// <summary>Null where there is no heart or no lung in the masks.</summary>
    public static CardiothoracicRatio? Of(ThoraxMasks masks)
    {
        var both = new float[masks.Lung.Length];
        for (var i = 0; i < both.Length; i++)
        {
            both[i] = Math.Max(masks.Lung[i], masks.Heart[i]);
        }

        return Extent.Of(masks.Heart, masks.Size) is { } heart && Extent.Of(both, masks.Size) is { Width: > 0 } thorax
            ? new CardiothoracicRatio(heart, thorax)
            : null;
    }
}

/// <summary>A horizontal extent, in fractions of the image.</summary>
internal sealed record Extent(double Left, double Right, double Row)
{
    private const float Half = 0.5f;

    /// <summary>A column counts when this many of its pixels do, so that a speck at the edge is no border.</summary>
    private const int Deep = 2;

    public double Width => Right - Left;

    /// <summary>From the leftmost to the rightmost column, interpolated to where the probability crosses one half.</summary>
    public static Extent? Of(float[] mask, int size)
    {
        var first = -1;
        var last = -1;
        for (var x = 0; x < size; x++)
        {
            if (Nth(mask, size, x) >= Half)
            {
                first = first < 0 ? x : first;
                last = x;
            }
        }

        return first < 0 ? null : new Extent(
            (Crossing(mask, size, first, first - 1) + 0.5) / size,
            (Crossing(mask, size, last, last + 1) + 0.5) / size,
            (WidestRow(mask, size) + 0.5) / size);
    }

    private static double Crossing(float[] mask, int size, int inside, int outside)
    {
        if (outside < 0 || outside >= size)
        {
            return inside + ((outside - inside) * 0.5);
        }

        double a = Nth(mask, size, inside), b = Nth(mask, size, outside);
        return inside + ((outside - inside) * ((a - Half) / Math.Max(a - b, 1e-6)));
    }

    /// <summary>The <see cref="Deep"/>-th largest value of a column.</summary>
    private static float Nth(float[] mask, int size, int x)
    {
        Span<float> top = stackalloc float[Deep];
        for (var y = 0; y < size; y++)
        {
            var v = mask[(y * size) + x];
            for (var k = 0; k < Deep; k++)
            {
                if (v > top[k])
                {
                    (top[k], v) = (v, top[k]);
                }
            }
        }

        return top[Deep - 1];
    }

    private static int WidestRow(float[] mask, int size)
    {
        var best = 0;
        var most = -1;
        for (var y = 0; y < size; y++)
        {
            var row = mask.AsSpan(y * size, size);
            int first = size, last = -1;
            for (var x = 0; x < size; x++)
            {
                if (row[x] >= Half)
                {
                    first = Math.Min(first, x);
                    last = x;
                }
            }

            if (last - first > most)
            {
                (most, best) = (last - first, y);
            }
        }

        return best;
    }
}
