namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>
/// Where a film speaks for a finding: the class-activation map less the logit of the operating point. A place is
/// positive when a film that looked like it everywhere would be called positive.
/// </summary>
/// <param name="Size">Rows and columns.</param>
/// <param name="Values">Row by row, in logits; negative where the place speaks against the finding.</param>
internal sealed record EvidenceMap(int Size, float[] Values)
{
    /// <summary>Full scale of a heatmap is at least this many logits, so that faint evidence looks faint.</summary>
    private const float FaintLogits = 2;

    /// <param name="maps">[finding, row, column].</param>
    /// <param name="size">Rows and columns of one map.</param>
    /// <param name="index">The finding's place.</param>
    /// <param name="finding">Its calibration and operating point.</param>
    /// <param name="standardisedRatio">What the cardiothoracic ratio adds is taken as evenly spread.</param>
    public static EvidenceMap Of(ReadOnlySpan<float> maps, int size, int index, FindingParameters finding, double standardisedRatio)
    {
        var needed = (Math.Log(finding.Threshold / (1 - finding.Threshold)) - finding.B - (finding.C * standardisedRatio)) / finding.A;
        var values = maps.Slice(index * size * size, size * size).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] -= (float)needed;
        }

        return new EvidenceMap(size, values);
    }

    /// <summary>Shares of the positive evidence left and right of a column (fraction of the width); null where there is none.</summary>
    public (double Left, double Right)? Sides(double split)
    {
        double left = 0, right = 0;
        for (var i = 0; i < Values.Length; i++)
        {
            var value = Math.Max(0, Values[i]);
            var cellLeft = (double)(i % Size) / Size;
            var share = Math.Clamp((split - cellLeft) * Size, 0, 1);
            left += value * share;
            right += value * (1 - share);
        }

        var all = left + right;
        return all > 0 ? (left / all, right / all) : null;
    }

    /// <summary>
    /// 0 for no evidence or evidence against, 255 for the most, on a finer grid over the same area (Catmull-Rom between
    /// the centres of the cells).
    /// </summary>
    public byte[] Heatmap(int side)
    {
        var wide = new float[Size * side];
        for (var y = 0; y < Size; y++)
        {
            Stretch(Values.AsSpan(y * Size, Size), wide.AsSpan(y * side, side));
        }

        var fine = new float[side * side];
        var column = new float[Size];
        var stretched = new float[side];
        for (var x = 0; x < side; x++)
        {
            for (var y = 0; y < Size; y++)
            {
                column[y] = wide[(y * side) + x];
            }

            Stretch(column, stretched);
            for (var y = 0; y < side; y++)
            {
                fine[(y * side) + x] = stretched[y];
            }
        }

        var scale = 255 / Math.Max(fine.Max(), FaintLogits);
        return Array.ConvertAll(fine, v => (byte)Math.Round(Math.Max(0, v) * scale));
    }

    private static void Stretch(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            var at = ((i + 0.5f) * from.Length / to.Length) - 0.5f;
            var below = (int)MathF.Floor(at);
            var t = at - below;
            var (p0, p1, p2, p3) = (Clamped(from, below - 1), Clamped(from, below), Clamped(from, below + 1), Clamped(from, below + 2));
            to[i] = p1 + (0.5f * t * (p2 - p0 + (t * ((2 * p0) - (5 * p1) + (4 * p2) - p3 + (t * ((3 * (p1 - p2)) + p3 - p0))))));
        }
    }

    private static float Clamped(ReadOnlySpan<float> values, int i) => values[Math.Clamp(i, 0, values.Length - 1)];
}
