using QureHost.Scheduling;

namespace QureHost.Inference;

/// <content>What an operator sees of the pump, and what it has learnt.</content>
public sealed partial class InferenceService
{
    /// <summary>Name of the device, as it calls itself.</summary>
    public string DeviceName => _device.Name;

    /// <summary>Queues, devices and what ran, as things stand.</summary>
    public SchedulerSnapshot Snapshot()
    {
        lock (_gate)
        {
            return _policy.Snapshot(Now);
        }
    }

    /// <summary>A model's name and version by its hash; null where it was never opened here.</summary>
    public (string Name, string Version)? ModelOf(string sha256)
    {
        lock (_gate)
        {
            return _models.TryGetValue(sha256, out var entry) ? (entry.Folder.Card.Name, entry.Folder.Card.Version) : null;
        }
    }

    /// <summary>Learnt and expected costs of a model on the device that is there.</summary>
    public (long MemoryBytes, double LoadSeconds, double SecondsPerCall) CostsOf(string model)
    {
        var folder = _store.Get(model);
        lock (_gate)
        {
            var sha = folder.Card.Sha256;
            _policy.Costs.Expect(sha, folder.Card.Cost?.SecondsPerItem ?? 0);
            var bytes = _models.TryGetValue(sha, out var entry) ? entry.MemoryBytes : ModelSize.Of(folder);
            return (bytes, _policy.Costs.LoadSeconds(sha), _policy.Costs.Seconds(sha, null, 1));
        }
    }

    /// <summary>All that was learnt about costs, to be kept over a restart.</summary>
    public IReadOnlyList<LearntCost> LearntCosts()
    {
        lock (_gate)
        {
            return _policy.Costs.Learnt();
        }
    }

    /// <summary>Takes up what an earlier life learnt.</summary>
    public void RecallCosts(IEnumerable<LearntCost> costs)
    {
        lock (_gate)
        {
            _policy.Costs.Recall(costs);
        }
    }
}
