using QureHost.Plugins.ChestXray.Films;

namespace QureHost.Plugins.ChestXray.Anatomy;

/// <summary>
/// The part of the film that lungs and heart take, with a margin: what the classifier looks at more closely. Borders in
/// fractions of the film. The same arithmetic as the training's (<c>models/chest-xray/train/lungs.py</c>).
/// </summary>
internal sealed record ChestField(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Of the field's width and height, on each side: pleura and costophrenic angles lie at the mask's edge.</summary>
    private const double Margin = 0.06;

    /// <summary>A field that is narrower or lower than this is no pair of lungs.</summary>
    private const double Smallest = 0.4;

    private const float Inside = 0.5f;

    public static ChestField WholeFilm { get; } = new(0, 0, 1, 1);

    public double Width => Right - Left;

    public double Height => Bottom - Top;

    /// <summary>The field of cleaned masks, or the whole film where they hold no pair of lungs.</summary>
    public static ChestField Of(ThoraxMasks masks)
    {
        var size = masks.Size;
        int first = size, last = -1, top = size, bottom = -1;
        for (var i = 0; i < masks.Lung.Length; i++)
        {
            if (Math.Max(masks.Lung[i], masks.Heart[i]) < Inside)
            {
                continue;
            }

            var (y, x) = Math.DivRem(i, size);
            (first, last) = (Math.Min(first, x), Math.Max(last, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }

        var field = new ChestField((double)first / size, (double)top / size, (last + 1.0) / size, (bottom + 1.0) / size);
        if (last < 0 || field.Width < Smallest || field.Height < Smallest)
        {
            return WholeFilm;
        }

        var (across, down) = (field.Width * Margin, field.Height * Margin);
        return new ChestField(
            Math.Max(0, field.Left - across), Math.Max(0, field.Top - down), Math.Min(1, field.Right + across), Math.Min(1, field.Bottom + down));
    }

    /// <summary>The film's pixels within the field.</summary>
    public Picture Of(Picture film)
    {
        int left = At(Left, film.Columns), right = At(Right, film.Columns), top = At(Top, film.Rows), bottom = At(Bottom, film.Rows);
        var (rows, columns) = (bottom - top, right - left);
        var values = new float[rows * columns];
        for (var y = 0; y < rows; y++)
        {
            film.Values.AsSpan(((top + y) * film.Columns) + left, columns).CopyTo(values.AsSpan(y * columns));
        }

        return new Picture(rows, columns, values);
    }

    private static int At(double fraction, int pixels) => (int)Math.Round(fraction * pixels, MidpointRounding.ToEven);
}
