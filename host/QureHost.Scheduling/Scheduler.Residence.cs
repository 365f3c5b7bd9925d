namespace QureHost.Scheduling;

/// <content>Which models are resident: loading goes on beside running.</content>
public sealed partial class Scheduler
{
    private Decision.Load? NextLoad(DeviceState device, TimeSpan now)
    {
        var wanted = NextWanted(device, out var evict);
        if (wanted is null)
        {
            return null;
        }

        foreach (var model in evict)
        {
            device.Models.Remove(model);
        }

        device.Loading = (wanted.Model, wanted.MemoryBytes, now);
        return new Decision.Load(device.Id, wanted.Model, evict);
    }

    private ModelFacts? NextWanted(DeviceState device, out List<string> evict)
    {
        // Going down the order of service: a model may put out those that only later works need, never those that
        // earlier ones do. Once one model could not be placed, none after it may put anything out.
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var mayEvict = true;
        foreach (var work in InOrder())
        {
            if (needed.Count == _waitingByModel.Count)
            {
                break;
            }

            if (!needed.Add(work.Work.Model) || IsPlaced(work.Work.Model))
            {
                continue;
            }

            var model = _models[work.Work.Model];
            if (TryPlace(device, model, needed, mayEvict, out evict))
            {
                return model;
            }

            mayEvict = false;
        }

        evict = [];
        return _models.Values
            .Where(m => (m.Pinned || m.Preload) && !IsPlaced(m.Model) && m.MemoryBytes <= device.Budget - device.Used)
            .OrderByDescending(m => m.Pinned)
            .ThenBy(m => m.Model, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private bool TryPlace(DeviceState device, ModelFacts model, HashSet<string> needed, bool mayEvict, out List<string> evict)
    {
        evict = [];
        var free = device.Budget - device.Used;
        if (free >= model.MemoryBytes)
        {
            return true;
        }

        if (!mayEvict)
        {
            return false;
        }

        var candidates = device.Models
            .Where(m => !needed.Contains(m.Key) && m.Key != device.Running?.Model && !IsPinned(m.Key))
            .OrderBy(m => m.Value.LastUsed)
            .ThenBy(m => m.Key, StringComparer.Ordinal);
        foreach (var (name, resident) in candidates)
        {
            evict.Add(name);
            free += resident.Bytes;
            if (free >= model.MemoryBytes)
            {
                return true;
            }
        }

        evict = [];
        return false;
    }

    private bool IsPlaced(string model) => _devices.Any(d => d.Models.ContainsKey(model) || d.Loading?.Model == model);

    private bool IsPinned(string model) => _models.TryGetValue(model, out var facts) && facts.Pinned;

    private static long SizeOn(DeviceState device, ModelFacts model) =>
        device.Models.TryGetValue(model.Model, out var resident) ? resident.Bytes : model.MemoryBytes;

    /// <summary>Memory that pinned models hold, or will: pins beyond the budget do not count, since they cannot be had.</summary>
    private long PinnedBytes(DeviceState device, string except)
    {
        long sum = 0;
        foreach (var model in _models.Values.Where(m => m.Pinned && m.Model != except).OrderBy(m => m.Model, StringComparer.Ordinal))
        {
            var bytes = SizeOn(device, model);
            sum += sum + bytes <= device.Budget ? bytes : 0;
        }

        return sum;
    }
}
