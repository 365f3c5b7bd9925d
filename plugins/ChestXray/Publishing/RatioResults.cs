using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Reading;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.ChestXray.Publishing;

/// <summary>The cardiothoracic ratio with its two lines, from a PA film where there is one.</summary>
internal static class RatioResults
{
    public const string Id = "cardiothoracic_ratio";

    public static IEnumerable<Result> Of(IReadOnlyList<FilmReading> readings)
    {
        var best = readings.Where(r => r.Ratio is not null).MinBy(r => r.Film.IsAp ? 1 : 0);
        if (best is not { Ratio: { } ratio, Film: var film })
        {
            yield break;
        }

        yield return new Measurement
        {
            Id = Id,
            Of = "cardiomegaly",
            Name = "cardiothoracic_ratio",
            Value = Math.Round(ratio.Value, 4),
            Unit = "1",
            Reference = "up to 0.50 on a PA film of an adult",
            Reason = film.IsAp ? "AP film: the heart is drawn larger than it is."
                : film.View is null ? "The image does not say whether it is a PA or an AP film."
                : null,
        };
        yield return Line("heart", ratio.Heart, film);
        yield return Line("thorax", ratio.Thorax, film);
    }

    private static Shape Line(string name, Extent extent, FilmHeader film)
    {
        // Fractions count from the edge of the first pixel; coordinates from its centre.
        double X(double fraction) => Math.Round((fraction * film.Columns) - 0.5, 2);
        var y = Math.Round((extent.Row * film.Rows) - 0.5, 2);
        return new Shape
        {
            Id = $"{Id}.{name}",
            Of = Id,
            Form = ShapeForm.Line,
            Image = film.Image,
            Points = [X(extent.Left), y, X(extent.Right), y],
            Label = name,
        };
    }
}
