using System.Collections.Concurrent;

namespace QureHost.Inference;

/// <summary>How long a run may take before its model counts as one that will not stop: learnt from what its runs took.</summary>
internal sealed class RunLimits(DeviceProcessOptions options)
{
    private readonly ConcurrentDictionary<string, double> _secondsPerByte = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, double> _secondsPerItem = new(StringComparer.Ordinal);

    /// <summary>Takes the card's figure until something is measured.</summary>
    public void Expect(string sha256, double secondsPerItem)
    {
        if (secondsPerItem > 0)
        {
            _secondsPerItem[sha256] = secondsPerItem;
        }
    }

    /// <summary>The slowest run by size counts, and fades as others are quicker.</summary>
    public void Observe(string sha256, long bytes, TimeSpan took)
    {
        var now = took.TotalSeconds / Math.Max(1, bytes);
        _secondsPerByte.AddOrUpdate(sha256, now, (_, slowest) => Math.Max(now, slowest * .98));
    }

    public TimeSpan For(string sha256, long bytes, int items)
    {
        var expected = _secondsPerByte.TryGetValue(sha256, out var perByte) ? perByte * bytes
            : _secondsPerItem.TryGetValue(sha256, out var perItem) ? perItem * items
            : double.PositiveInfinity;
        var seconds = Math.Max(options.RunFloor.TotalSeconds, options.RunFactor * expected);
        return seconds < options.RunCeiling.TotalSeconds ? TimeSpan.FromSeconds(seconds) : options.RunCeiling;
    }
}
