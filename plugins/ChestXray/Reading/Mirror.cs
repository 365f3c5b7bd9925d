using QureHost.Plugins.ChestXray.Films;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>A film and its mirror image as a batch of two: their average is steadier than either.</summary>
internal static class Mirror
{
    public const int Views = 2;

    /// <summary>Writes the film and its mirror image.</summary>
    public static void Fill(Span<float> batch, Picture film)
    {
        film.Values.CopyTo(batch);
        film.Values.CopyTo(batch[film.Values.Length..]);
        for (var y = 0; y < film.Rows; y++)
        {
            batch.Slice(film.Values.Length + (y * film.Columns), film.Columns).Reverse();
        }
    }

    /// <summary>Averages two sets of maps, the second mirrored back.</summary>
    /// <param name="maps">[2, channel, row, column].</param>
    /// <param name="width">Columns.</param>
    public static float[] Averaged(ReadOnlySpan<float> maps, int width)
    {
        var averaged = new float[maps.Length / Views];
        for (var row = 0; row < averaged.Length; row += width)
        {
            for (var x = 0; x < width; x++)
            {
                averaged[row + x] = (maps[row + x] + maps[averaged.Length + row + width - 1 - x]) / Views;
            }
        }

        return averaged;
    }

    /// <summary>Averages two sets of numbers, [2, count].</summary>
    public static double[] Mean(ReadOnlySpan<float> values)
    {
        var mean = new double[values.Length / Views];
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = ((double)values[i] + values[mean.Length + i]) / Views;
        }

        return mean;
    }
}
