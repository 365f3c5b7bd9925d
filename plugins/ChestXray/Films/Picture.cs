using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Films;

/// <summary>Grey values 0 (black) to 1 (white, bone), row by row.</summary>
internal sealed class Picture
{
    public Picture(int rows, int columns, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)rows * columns);
        Rows = rows;
        Columns = columns;
        Values = values;
    }

    public int Rows { get; }

    public int Columns { get; }

    public float[] Values { get; }

    /// <summary>Display values of a decoded slice.</summary>
    public static Picture Of(ISlice slice)
    {
        var samples = slice.Samples.Span;
        var values = new float[samples.Length];
        var slope = (float)slice.Slope;
        var intercept = (float)slice.Intercept;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp((samples[i] * slope) + intercept, 0f, 1f);
        }

        return new Picture(slice.Rows, slice.Columns, values);
    }

    /// <summary>
    /// Antialiased bilinear to a new size without keeping the aspect ratio, as the models were trained: a triangle
    /// filter as wide as the scale, its weights normalised at the edges.
    /// </summary>
    public Picture Resized(int rows, int columns)
    {
        var across = TriangleFilter.For(Columns, columns);
        var down = TriangleFilter.For(Rows, rows);
        var narrow = new float[Rows * columns];
        for (var y = 0; y < Rows; y++)
        {
            across.Apply(Values.AsSpan(y * Columns, Columns), narrow.AsSpan(y * columns, columns));
        }

        var values = new float[rows * columns];
        for (var y = 0; y < rows; y++)
        {
            var target = values.AsSpan(y * columns, columns);
            var (first, weights) = down.At(y);
            for (var k = 0; k < weights.Length; k++)
            {
                var weight = weights[k];
                var source = narrow.AsSpan((first + k) * columns, columns);
                for (var x = 0; x < columns; x++)
                {
                    target[x] += weight * source[x];
                }
            }
        }

        return new Picture(rows, columns, values);
    }

    /// <summary>Standard deviation of the grey values.</summary>
    public double Deviation()
    {
        double sum = 0, squares = 0;
        foreach (var v in Values)
        {
            sum += v;
            squares += (double)v * v;
        }

        var mean = sum / Values.Length;
        return Math.Sqrt(Math.Max(0, (squares / Values.Length) - (mean * mean)));
    }
}
