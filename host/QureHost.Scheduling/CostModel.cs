namespace QureHost.Scheduling;

/// <summary>
/// Seconds that a model takes, learnt from what it took: a curve over the batch size for each kind of device and shape,
/// and for each model as the guess for shapes not seen yet. Pure: it is told times, it takes none.
/// </summary>
public sealed class CostModel
{
    /// <summary>The guess where nothing is known: one tile of a middling network on two cores.</summary>
    public const double UnknownSeconds = .1;

    private readonly Dictionary<(string Kind, string Model, string Shape), CostCurve> _curves = [];
    private readonly Dictionary<(string Kind, string Model), double> _loads = [];
    private readonly Dictionary<string, double> _expected = new(StringComparer.Ordinal);

    /// <summary>Takes a maker's figure until something is measured.</summary>
    public void Expect(string model, double secondsPerItem)
    {
        if (secondsPerItem > 0)
        {
            _expected[model] = secondsPerItem;
        }
    }

    /// <summary>Expected seconds of one run on a kind of device.</summary>
    public double Seconds(string model, string? shape, int items, string kind = DeviceFacts.Cpu) =>
        Curve(kind, model, shape) is { } curve ? curve.Seconds(items) : items * Expected(model);

    /// <summary>
    /// Seconds that one run hardly exceeds: what may hold up a stat work is judged by this. A batch has none before one of
    /// its shape was measured, whatever the maker said.
    /// </summary>
    public double Ceiling(string model, string? shape, int items, string kind = DeviceFacts.Cpu) =>
        _curves.TryGetValue((kind, model, shape ?? ""), out var curve) ? curve.Ceiling(items) : double.PositiveInfinity;

    /// <summary>Expected seconds of loading.</summary>
    public double LoadSeconds(string model, string kind = DeviceFacts.Cpu) => _loads.GetValueOrDefault((kind, model), UnknownSeconds);

    /// <summary>Learns from one run.</summary>
    public void Observe(string model, string? shape, int items, double seconds, string kind = DeviceFacts.Cpu)
    {
        Own(kind, model, shape ?? "").Observe(items, seconds);
        if (!string.IsNullOrEmpty(shape))
        {
            Own(kind, model, "").Observe(items, seconds);
        }
    }

    /// <summary>Learns from one load.</summary>
    public void ObserveLoad(string model, double seconds, string kind = DeviceFacts.Cpu) => _loads[(kind, model)] = seconds;

    /// <summary>All that was learnt, to be kept over a restart.</summary>
    public IReadOnlyList<LearntCost> Learnt() =>
    [
        .. from curve in _curves
           from point in curve.Value.Points
           orderby curve.Key
           select new LearntCost(curve.Key.Kind, curve.Key.Model, curve.Key.Shape, point.Items, point.Seconds, point.Deviation),
        .. from load in _loads orderby load.Key select new LearntCost(load.Key.Kind, load.Key.Model, "", 0, load.Value, 0),
    ];

    /// <summary>Takes up what an earlier life learnt. What makes no sense is left out.</summary>
    public void Recall(IEnumerable<LearntCost> learnt)
    {
        foreach (var cost in learnt)
        {
            if (cost.Kind is null || cost.Model is null || !double.IsFinite(cost.Seconds) || cost.Seconds < 0 || !double.IsFinite(cost.Deviation))
            {
                continue;
            }

            if (cost.Items == 0)
            {
                _loads[(cost.Kind, cost.Model)] = cost.Seconds;
            }
            else if (cost.Items > 0)
            {
                Own(cost.Kind, cost.Model, cost.Shape ?? "").Recall(cost.Items, cost.Seconds, Math.Max(0, cost.Deviation));
            }
        }
    }

    private double Expected(string model) => _expected.GetValueOrDefault(model, UnknownSeconds);

    private CostCurve? Curve(string kind, string model, string? shape) =>
        _curves.TryGetValue((kind, model, shape ?? ""), out var curve) || _curves.TryGetValue((kind, model, ""), out curve) ? curve : null;

    private CostCurve Own(string kind, string model, string shape) =>
        _curves.TryGetValue((kind, model, shape), out var curve) ? curve : _curves[(kind, model, shape)] = new CostCurve();
}

/// <summary>One learnt figure: seconds of a run of so many items, or of a load where <paramref name="Items"/> is 0.</summary>
public sealed record LearntCost(string Kind, string Model, string Shape, int Items, double Seconds, double Deviation);
