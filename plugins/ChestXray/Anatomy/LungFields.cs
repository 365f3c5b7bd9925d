namespace QureHost.Plugins.ChestXray.Anatomy;

/// <summary>
/// Size and place of the two lung fields, in fractions of the image. They are split at the emptiest column of the
/// middle third of the mask.
/// </summary>
/// <param name="Area">Both together.</param>
/// <param name="Left">The field on the left of the image: the patient's right lung on a usual film.</param>
/// <param name="Right">The field on the right of the image.</param>
/// <param name="Split">Where they are split, fraction of the width.</param>
/// <param name="Depth">How full the split column is against a full one: near 0 where a mediastinum lies between.</param>
/// <param name="Width">Horizontal extent.</param>
/// <param name="Height">Vertical extent.</param>
internal sealed record LungFields(double Area, double Left, double Right, double Split, double Depth, double Width, double Height)
{
    private const float Half = 0.5f;
    private const int Deep = 2;
    private const int FewestColumns = 8;

    public static LungFields Of(ThoraxMasks masks)
    {
        var size = masks.Size;
        var columns = new int[size];
        var rows = new int[size];
        var total = 0;
        for (var i = 0; i < masks.Lung.Length; i++)
        {
            if (masks.Lung[i] >= Half)
            {
                columns[i % size]++;
                rows[i / size]++;
                total++;
            }
        }

        double all = (double)size * size;
        int[] used = [.. Enumerable.Range(0, size).Where(x => columns[x] >= Deep)];
        if (used.Length < FewestColumns)
        {
            return new LungFields(total / all, 0, 0, 0.5, 1, 0, 0);
        }

        var (low, high) = (used[0], used[^1] + 1);
        var third = (high - low) / 3;
        var cut = Enumerable.Range(low + third, high - third - (low + third)).MinBy(x => columns[x]);
        int[] usedRows = [.. Enumerable.Range(0, size).Where(y => rows[y] >= Deep)];
        return new LungFields(
            total / all,
            columns.Take(cut).Sum() / all,
            columns.Skip(cut).Sum() / all,
            (cut + 0.5) / size,
            columns[cut] / Math.Max(1, Percentile90([.. used.Select(x => columns[x])])),
            (double)(high - low) / size,
            usedRows.Length == 0 ? 0 : (double)(usedRows[^1] + 1 - usedRows[0]) / size);
    }

    /// <summary>90th percentile, linear between ranks.</summary>
    private static double Percentile90(int[] values)
    {
        Array.Sort(values);
        var at = 0.9 * (values.Length - 1);
        var below = (int)at;
        return values[below] + ((at - below) * (values[Math.Min(below + 1, values.Length - 1)] - values[below]));
    }
}
