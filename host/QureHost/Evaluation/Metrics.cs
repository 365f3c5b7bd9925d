namespace QureHost.Evaluation;

/// <summary>A rate with its Wilson 95 % interval, or nulls where there is nothing to count.</summary>
internal sealed record Rate(int Hits, int Of, double? Value, double? Low, double? High)
{
    public static Rate Of95(int hits, int of)
    {
        if (of == 0)
        {
            return new Rate(0, 0, null, null, null);
        }

        const double z = 1.959963984540054;
        double n = of, p = hits / n;
        var centre = (p + (z * z / (2 * n))) / (1 + (z * z / n));
        var half = z / (1 + (z * z / n)) * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n)));
        return new Rate(hits, of, p, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}

/// <summary>One scored case: <paramref name="Group"/> is the patient, which the bootstrap draws whole.</summary>
internal readonly record struct Scored(string Group, bool Truth, double Score);

/// <summary>Area under the ROC curve, ties counted half, with a 95 % interval from resampling patients.</summary>
internal static class Roc
{
    public const int Resamples = 2000;

    public static double? Auc(ReadOnlySpan<Scored> cases)
    {
        var sorted = cases.ToArray();
        Array.Sort(sorted, (a, b) => a.Score.CompareTo(b.Score));
        double rankSum = 0;
        long positives = 0;
        for (var i = 0; i < sorted.Length;)
        {
            var end = i;
            while (end < sorted.Length && sorted[end].Score == sorted[i].Score)
            {
                end++;
            }

            var rank = (i + 1 + end) / 2.0;
            for (; i < end; i++)
            {
                if (sorted[i].Truth)
                {
                    rankSum += rank;
                    positives++;
                }
            }
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0 ? null : (rankSum - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    public static (double? Auc, double? Low, double? High) WithInterval(IReadOnlyList<Scored> cases, int seed = 20260101)
    {
        var auc = Auc(cases.ToArray());
        if (auc is null)
        {
            return (null, null, null);
        }

        var groups = cases.GroupBy(c => c.Group).Select(g => g.ToArray()).ToArray();
        var random = new Random(seed);
        var values = new List<double>(Resamples);
        var drawn = new List<Scored>(cases.Count);
        for (var i = 0; i < Resamples; i++)
        {
            drawn.Clear();
            for (var g = 0; g < groups.Length; g++)
            {
                drawn.AddRange(groups[random.Next(groups.Length)]);
            }

            if (Auc(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(drawn)) is { } value)
            {
                values.Add(value);
            }
        }

        values.Sort();
        return values.Count == 0 ? (auc, null, null) : (auc, Quantile(values, .025), Quantile(values, .975));
    }

    private static double Quantile(List<double> sorted, double q)
    {
        var at = q * (sorted.Count - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, sorted.Count - 1);
        return sorted[low] + ((at - low) * (sorted[high] - sorted[low]));
    }
}
