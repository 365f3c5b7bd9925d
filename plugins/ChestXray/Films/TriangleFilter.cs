namespace QureHost.Plugins.ChestXray.Films;

/// <summary>One axis of an antialiased bilinear resize: for each target pixel the source pixels and their weights.</summary>
internal sealed class TriangleFilter
{
    private readonly (int First, float[] Weights)[] _taps;

    private TriangleFilter((int, float[])[] taps) => _taps = taps;

    public static TriangleFilter For(int from, int to)
    {
        var scale = (double)from / to;
        var reach = Math.Max(scale, 1);
        var taps = new (int, float[])[to];
        for (var i = 0; i < to; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max(0, (int)(centre - reach + 0.5));
            var end = Math.Min(from, (int)(centre + reach + 0.5));
            var weights = new float[end - first];
            double total = 0;
            for (var k = 0; k < weights.Length; k++)
            {
                var weight = Math.Max(0, 1 - Math.Abs((first + k + 0.5 - centre) / reach));
                weights[k] = (float)weight;
                total += weight;
            }

            for (var k = 0; k < weights.Length; k++)
            {
                weights[k] = (float)(weights[k] / total);
            }

            taps[i] = (first, weights);
        }

        return new TriangleFilter(taps);
    }

    public (int First, float[] Weights) At(int target) => _taps[target];

    public void Apply(ReadOnlySpan<float> source, Span<float> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            var (first, weights) = _taps[i];
            float sum = 0;
            for (var k = 0; k < weights.Length; k++)
            {
                sum += weights[k] * source[first + k];
            }

            target[i] = sum;
        }
    }
}
