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

    /// <summary>A column counts when a sixteenth of its pixels do, so that a spur at the edge is no border.</summary>
    private const int DeepShare = 16;

    public double Width => Right - Left;

    /// <summary>From the leftmost to the rightmost column, interpolated to where the probability crosses one half.</summary>
    public static Extent? Of(float[] mask, int size)
    {
        var depth = Depth(mask, size);
        var first = Array.FindIndex(depth, d => d >= Half);
        var last = Array.FindLastIndex(depth, d => d >= Half);
        return first < 0 ? null : new Extent(
            (Crossing(depth, first, first - 1) + 0.5) / size,
            (Crossing(depth, last, last + 1) + 0.5) / size,
            (WidestRow(mask, size) + 0.5) / size);
    }

    private static double Crossing(float[] depth, int inside, int outside)
    {
        if (outside < 0 || outside >= depth.Length)
        {
            return inside + ((outside - inside) * 0.5);
        }

        double a = depth[inside], b = depth[outside];
        return inside + ((outside - inside) * ((a - Half) / Math.Max(a - b, 1e-6)));
    }

    /// <summary>For each column the value that a sixteenth of its pixels reach.</summary>
    private static float[] Depth(float[] mask, int size)
    {
        var depth = new float[size];
        var column = new float[size];
        for (var x = 0; x < size; x++)
        {
            for (var y = 0; y < size; y++)
            {
                column[y] = mask[(y * size) + x];
            }

            Array.Sort(column);
            depth[x] = column[size - Math.Max(1, size / DeepShare)];
        }

        return depth;
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
