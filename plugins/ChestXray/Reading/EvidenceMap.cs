using QureHost.Plugins.ChestXray.Anatomy;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>
/// Where a film speaks for a finding: the class-activation map less the logit of the operating point. A place is
/// positive when a film that looked like it everywhere would be called positive. It covers the chest field: outside,
/// nothing was looked at closely, and nothing is shown.
/// </summary>
/// <param name="Field">What it covers.</param>
/// <param name="Size">Rows and columns.</param>
/// <param name="Values">Row by row, in logits; negative where the place speaks against the finding.</param>
internal sealed record EvidenceMap(ChestField Field, int Size, float[] Values)
{
    /// <summary>Full scale of a heatmap is at least this many logits, so that faint evidence looks faint.</summary>
    private const float FaintLogits = 2;

    /// <param name="field">What the maps cover.</param>
    /// <param name="maps">[finding, row, column].</param>
    /// <param name="size">Rows and columns of one map.</param>
    /// <param name="index">The finding's place.</param>
    /// <param name="finding">Its calibration and operating point.</param>
    /// <param name="standardisedRatio">What the cardiothoracic ratio adds is taken as evenly spread.</param>
    public static EvidenceMap Of(ChestField field, ReadOnlySpan<float> maps, int size, int index, FindingParameters finding, double standardisedRatio)
    {
        var needed = (Math.Log(finding.Threshold / (1 - finding.Threshold)) - finding.B - (finding.C * standardisedRatio)) / finding.A;
        var values = maps.Slice(index * size * size, size * size).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] -= (float)needed;
        }

        return new EvidenceMap(field, size, values);
    }

    /// <summary>Shares of the positive evidence left and right of a column (fraction of the film's width); null where there is none.</summary>
    public (double Left, double Right)? Sides(double split)
    {
        var within = (split - Field.Left) / Field.Width;
        double left = 0, right = 0;
        for (var i = 0; i < Values.Length; i++)
        {
            var value = Math.Max(0, Values[i]);
            var cellLeft = (double)(i % Size) / Size;
            var share = Math.Clamp((within - cellLeft) * Size, 0, 1);
            left += value * share;
            right += value * (1 - share);
        }

        var all = left + right;
        return all > 0 ? (left / all, right / all) : null;
    }

    /// <summary>
    /// The whole film on a finer grid: 0 for no evidence or evidence against, 255 for the most (Catmull-Rom between the
    /// centres of the cells).
    /// </summary>
    public byte[] Heatmap(int side)
    {
        var columns = Places(side, Field.Left, Field.Width);
        var rows = Places(side, Field.Top, Field.Height);
        var wide = new float[Size * side];
        for (var y = 0; y < Size; y++)
        {
            foreach (var (x, at) in columns)
            {
                wide[(y * side) + x] = Between(Values.AsSpan(y * Size, Size), at);
            }
        }

        var fine = new float[side * side];
        var column = new float[Size];
        foreach (var (x, _) in columns)
        {
            for (var y = 0; y < Size; y++)
            {
                column[y] = wide[(y * side) + x];
            }

            foreach (var (y, at) in rows)
            {
                fine[(y * side) + x] = Between(column, at);
            }
        }

        var scale = 255 / Math.Max(fine.Max(), FaintLogits);
        return Array.ConvertAll(fine, v => (byte)Math.Round(Math.Max(0, v) * scale));
    }

    /// <summary>The grid's points that lie in the field, and their places among the cells.</summary>
    private List<(int Point, float At)> Places(int side, double from, double extent)
    {
        var places = new List<(int, float)>(side);
        for (var i = 0; i < side; i++)
        {
            var within = (((i + 0.5) / side) - from) / extent;
            if (within is >= 0 and <= 1)
            {
                places.Add((i, (float)((within * Size) - 0.5)));
            }
        }

        return places;
    }

    private static float Between(ReadOnlySpan<float> cells, float at)
    {
        var below = (int)MathF.Floor(at);
        var t = at - below;
        var (p0, p1, p2, p3) = (Clamped(cells, below - 1), Clamped(cells, below), Clamped(cells, below + 1), Clamped(cells, below + 2));
        return p1 + (0.5f * t * (p2 - p0 + (t * ((2 * p0) - (5 * p1) + (4 * p2) - p3 + (t * ((3 * (p1 - p2)) + p3 - p0))))));
    }

    private static float Clamped(ReadOnlySpan<float> cells, int i) => cells[Math.Clamp(i, 0, cells.Length - 1)];
}
