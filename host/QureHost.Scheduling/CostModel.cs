namespace QureHost.Scheduling;

/// <summary>
/// Seconds that a model takes, learnt from what it took: an exponential mean per item for each shape, and for each
/// model as the guess for shapes not seen yet. Pure: it is told times, it takes none.
/// </summary>
public sealed class CostModel
{
    /// <summary>The guess where nothing is known: one tile of a middling network on two cores.</summary>
    public const double UnknownSeconds = .1;

    private const double Weight = .2;
    private readonly Dictionary<(string Model, string Shape), double> _perItem = [];
    private readonly Dictionary<string, double> _loads = [];

    /// <summary>Takes a maker's figure until something is measured.</summary>
    public void Expect(string model, double secondsPerItem)
    {
        if (secondsPerItem > 0)
        {
            _perItem.TryAdd((model, ""), secondsPerItem);
        }
    }

    /// <summary>Expected seconds of one run.</summary>
    public double Seconds(string model, string? shape, int items) =>
        items * (_perItem.TryGetValue((model, shape ?? ""), out var known) || _perItem.TryGetValue((model, ""), out known) ? known : UnknownSeconds);

    /// <summary>Expected seconds of loading.</summary>
    public double LoadSeconds(string model) => _loads.GetValueOrDefault(model, UnknownSeconds);

    /// <summary>Learns from one run.</summary>
    public void Observe(string model, string? shape, int items, double seconds)
    {
        Learn((model, shape ?? ""), seconds / items);
        if (!string.IsNullOrEmpty(shape))
        {
            Learn((model, ""), seconds / items);
        }
    }

    /// <summary>Learns from one load.</summary>
    public void ObserveLoad(string model, double seconds) => _loads[model] = seconds;

    private void Learn((string Model, string Shape) key, double seconds) =>
        _perItem[key] = _perItem.TryGetValue(key, out var known) ? known + (Weight * (seconds - known)) : seconds;
}
