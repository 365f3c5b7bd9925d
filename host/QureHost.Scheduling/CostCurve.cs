namespace QureHost.Scheduling;

/// <summary>
/// Seconds over batch size, for one model and shape on one kind of device: an exponential mean and mean deviation for
/// each size that ran, joined by straight lines. Above the largest size that ran it grows in proportion, which a batch
/// does at worst; below the smallest it is that one's, since fewer items never take longer.
/// </summary>
internal sealed class CostCurve
{
    private const double Weight = .2;

    /// <summary>Deviations above the mean that a run hardly exceeds.</summary>
    private const double Margin = 3;

    /// <summary>How far runs are thought to deviate before two were seen.</summary>
    private const double FirstDeviation = .1;

    private readonly SortedList<int, (double Mean, double Deviation)> _points = [];

    public IEnumerable<(int Items, double Seconds, double Deviation)> Points => _points.Select(p => (p.Key, p.Value.Mean, p.Value.Deviation));

    public double Seconds(int items) => At(items, 0);

    public double Ceiling(int items) => At(items, Margin);

    public void Recall(int items, double seconds, double deviation) => _points[items] = (seconds, deviation);

    public void Observe(int items, double seconds)
    {
        if (!_points.TryGetValue(items, out var known))
        {
            _points[items] = (seconds, FirstDeviation * seconds);
            return;
        }

        var off = seconds - known.Mean;
        _points[items] = (known.Mean + (Weight * off), known.Deviation + (Weight * (Math.Abs(off) - known.Deviation)));
    }

    private double At(int items, double deviations)
    {
        var keys = _points.Keys;
        var above = 0;
        while (above < keys.Count && keys[above] < items)
        {
            above++;
        }

        double Value(int index) => _points.Values[index].Mean + (deviations * _points.Values[index].Deviation);
        if (above < keys.Count && (keys[above] == items || above == 0))
        {
            return Value(above);
        }

        if (above == keys.Count)
        {
            return Value(above - 1) * items / keys[above - 1];
        }

        var share = (items - keys[above - 1]) / (double)(keys[above] - keys[above - 1]);
        return Value(above - 1) + (share * (Value(above) - Value(above - 1)));
    }
}
