namespace QureHost.Scheduling;

/// <content>
/// Which models are resident. Loading goes on beside running. Pinned models have their memory set aside on every device
/// with room for them, so that their loads wait for nothing, not even for another load; of the others one is loaded at a time.
/// </content>
public sealed partial class Scheduler
{
    private Decision? NextResidence(DeviceState device, TimeSpan now)
    {
        if (device.Used > device.Budget && Shrink(device) is { } unload)
        {
            return unload;
        }

        foreach (var (model, bytes) in device.Pins)
        {
            if (!device.Holds(model) && TryPlace(device, bytes, device.Budget - device.Used, _ => true, out var evict))
            {
                return Load(device, model, bytes, evict, now);
            }
        }

        foreach (var model in device.Loading.Keys)
        {
            if (!device.Pins.ContainsKey(model))
            {
                return null;
            }
        }

        return NextWanted(device, now, out var make) is { } wanted ? Load(device, wanted.Model, wanted.MemoryBytes, make, now) : null;
    }

    private static Decision.Load Load(DeviceState device, string model, long bytes, List<string> evict, TimeSpan now)
    {
        foreach (var gone in evict)
        {
            device.Models.Remove(gone);
        }

        device.Loading[model] = new DeviceState.Resident { Bytes = bytes, Since = now };
        return new Decision.Load(device.Id, model, evict);
    }

    private ModelFacts? NextWanted(DeviceState device, TimeSpan now, out List<string> evict)
    {
        // Going down the order of service: a model may put out those that only later works need, never those that earlier
        // ones do. Once one model waits for its place, none after it is loaded: it could take the place for good.
        evict = [];
        if (SomeModelWaitsForAPlace(device))
        {
            var needed = new HashSet<string>(StringComparer.Ordinal);
            foreach (var work in InOrder())
            {
                var model = _models[work.Work.Model];
                if (!needed.Add(model.Model) || device.Holds(model.Model) || model.MemoryBytes > Room(device))
                {
                    if (needed.Count == _waitingByModel.Count)
                    {
                        break;
                    }

                    continue;
                }

                var another = IsPlaced(model.Model);
                if (another && !WantsAnother(device, model.Model))
                {
                    continue;
                }

                bool MayGo(KeyValuePair<string, DeviceState.Resident> resident) => !needed.Contains(resident.Key)
                    && (!_waitingByModel.ContainsKey(resident.Key) || (!another && HadItsTurn(device, resident, work, now)));
                if (TryPlace(device, model.MemoryBytes, device.Free, MayGo, out evict))
                {
                    return model;
                }

                if (!another)
                {
                    return null;
                }
            }
        }

        foreach (var model in _preloads)
        {
            if (!IsPlaced(model.Model) && model.MemoryBytes <= device.Free)
            {
                return model;
            }
        }

        return null;
    }

    private bool SomeModelWaitsForAPlace(DeviceState device)
    {
        foreach (var model in _waitingByModel.Keys)
        {
            if (!IsPlaced(model) || WantsAnother(device, model))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A model that works still wait for stays for a while, or two that do not fit together would spend their time on being
    /// loaded; a work of a more urgent lane does not wait for that.
    /// </summary>
    private bool HadItsTurn(DeviceState device, KeyValuePair<string, DeviceState.Resident> resident, QueuedWork wanting, TimeSpan now)
    {
        var loads = Costs.LoadSeconds(resident.Key, device.Kind) + Costs.LoadSeconds(wanting.Work.Model, device.Kind);
        return (now - resident.Value.Since).TotalSeconds >= _options.TurnsInLoads * loads
            || InOrder().First(w => w.Work.Model == resident.Key).Lane > wanting.Lane;
    }

    /// <summary>A further copy of a model pays where a device has nothing to do and the queue for the model is longer than its load.</summary>
    private bool WantsAnother(DeviceState device, string model)
    {
        if (_devices.Length == 1 || device.Running is not null || device.Holds(model) || HoldsOneThatWaits(device))
        {
            return false;
        }

        var copies = _devices.Count(d => d.Holds(model));
        return copies > 0 && _waitingByModel[model] * Costs.Seconds(model, null, 1, device.Kind) / copies > 2 * Costs.LoadSeconds(model, device.Kind);
    }

    private static bool TryPlace(
        DeviceState device, long bytes, long free, Func<KeyValuePair<string, DeviceState.Resident>, bool> mayGo, out List<string> evict)
    {
        evict = [];
        if (free >= bytes)
        {
            return true;
        }

        var candidates = device.Models
            .Where(m => m.Key != device.Running?.Model && !device.Pins.ContainsKey(m.Key) && mayGo(m))
            .OrderBy(m => m.Value.LastUsed)
            .ThenBy(m => m.Key, StringComparer.Ordinal);
        foreach (var (name, resident) in candidates)
        {
            evict.Add(name);
            free += resident.Bytes;
            if (free >= bytes)
            {
                return true;
            }
        }

        evict = [];
        return false;
    }

    private Decision.Unload? Shrink(DeviceState device)
    {
        var over = device.Used - device.Budget;
        var gone = new List<string>();
        foreach (var (name, resident) in device.Models
            .Where(m => m.Key != device.Running?.Model)
            .OrderBy(m => device.Pins.ContainsKey(m.Key))
            .ThenBy(m => m.Value.LastUsed)
            .ThenBy(m => m.Key, StringComparer.Ordinal))
        {
            if (over <= 0)
            {
                break;
            }

            gone.Add(name);
            over -= resident.Bytes;
        }

        gone.ForEach(m => device.Models.Remove(m));
        return gone.Count > 0 ? new Decision.Unload(device.Id, gone) : null;
    }

    private bool HoldsOneThatWaits(DeviceState device)
    {
        foreach (var model in _waitingByModel.Keys)
        {
            if (device.Models.ContainsKey(model))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsPlaced(string model)
    {
        foreach (var device in _devices)
        {
            if (device.Holds(model))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Memory that is left to a model which is not pinned.</summary>
    private static long Room(DeviceState device) => device.Budget - device.Pins.Values.Sum();

    /// <summary>Pins a model, unless that would leave another without a place anywhere.</summary>
    private ModelFacts PinIfRoom(ModelFacts model)
    {
        var fitted = _models.Values.Where(FitsSomewhere).ToArray();
        var pinned = _models[model.Model] = model with { Pinned = true };
        Pin();
        if (Array.TrueForAll(fitted, FitsSomewhere))
        {
            return pinned;
        }

        _models[model.Model] = model;
        Pin();
        return model;
    }

    /// <summary>Sets memory aside for pinned models: by name, those beyond a device's budget have none there.</summary>
    private void Pin()
    {
        _preloads = [.. _models.Values.Where(m => m.Preload).OrderBy(m => m.Model, StringComparer.Ordinal)];
        foreach (var device in _devices)
        {
            device.Pins.Clear();
            var left = device.Budget;
            foreach (var model in _models.Values.Where(m => m.Pinned).OrderBy(m => m.Model, StringComparer.Ordinal))
            {
                if (model.MemoryBytes <= left)
                {
                    device.Pins[model.Model] = model.MemoryBytes;
                    left -= model.MemoryBytes;
                }
            }
        }
    }
}
