using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>A decision broke a rule that must always hold.</summary>
public sealed class AuditException(string what) : Exception(what);

/// <summary>
/// Keeps its own books of memory and devices, and holds the policy's decisions against them: a budget is never exceeded, a
/// device does one run at a time with a model that is there, pinned models stay, and nobody is overtaken for ever.
/// </summary>
internal sealed class Audit
{
    private readonly Workload _workload;
    private readonly bool _checkOrder;
    private readonly Dictionary<int, DeviceBooks> _devices;
    private readonly Dictionary<string, ModelFacts> _models;
    private readonly Dictionary<string, SortedSet<(TimeSpan Limit, long Work)>> _limits = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (TimeSpan Limit, string Model)> _limitOf = [];
    private readonly TimeSpan _turns;

    public Audit(Workload workload, bool checkOrder)
    {
        (_workload, _checkOrder) = (workload, checkOrder);
        _devices = workload.Options.Devices.ToDictionary(d => d.Id, d => new DeviceBooks(d));
        _models = workload.Models.ToDictionary(m => m.Facts.Model, m => m.Facts, StringComparer.Ordinal);
        _turns = AgingBound.Turns(workload);
    }

    public string KindOf(int device) => _devices[device].Facts.Kind;

    public void Submitted(long work, SimulatedJob job, TimeSpan now)
    {
        if (_checkOrder && job.Lane != Lane.Stat)
        {
            var limit = AgingBound.NotOvertakenAfter(_workload.Options, job, now) + _turns;
            _limitOf[work] = (limit, job.Model);
            if (!_limits.TryGetValue(job.Model, out var limits))
            {
                _limits[job.Model] = limits = [];
            }

            limits.Add((limit, work));
        }
    }

    public void Left(long work)
    {
        if (_limitOf.Remove(work, out var limit))
        {
            _limits[limit.Model].Remove((limit.Limit, work));
        }
    }

    public void Started(Decision.Run run, SimulatedJob head, int works, TimeSpan now)
    {
        var device = _devices[run.Device];
        Rule(device.Present, $"a run was put on device {run.Device}, which is lost");
        Rule(!device.Busy, $"device {run.Device} was given a second run");
        Rule(device.Resident.Contains(run.Model), $"'{run.Model}' was run on device {run.Device} where it is not loaded");
        Rule(works <= Math.Max(1, _models[run.Model].MaxBatch), $"a batch of {works} is larger than '{run.Model}' allows");
        device.Busy = true;
        foreach (var work in run.Works)
        {
            Left(work);
        }

        if (!_checkOrder || head.Lane == Lane.Stat)
        {
            return;
        }

        // Jobs that came after a waiting one's limit are never put before it on a device that could take either.
        foreach (var (model, limits) in _limits)
        {
            if (limits.Count > 0 && head.At > limits.Min.Limit
                && (device.Resident.Contains(model) || !_devices.Values.Any(d => d.Resident.Contains(model) || d.Loads.Contains(model))))
            {
                throw new AuditException($"At {now.TotalSeconds:F3} s job {head.Id} ({head.Lane}), which came at {head.At.TotalSeconds:F3} s, was put before work {limits.Min.Work} of '{model}', whose turn was due by {limits.Min.Limit.TotalSeconds:F3} s.");
            }
        }
    }

    public void Ended(int device) => _devices[device].Busy = false;

    public void Loading(Decision.Load load)
    {
        var device = _devices[load.Device];
        Rule(device.Present, $"a load was put on device {load.Device}, which is lost");
        Rule(!device.Resident.Contains(load.Model) && device.Loads.Add(load.Model), $"'{load.Model}' was loaded twice on device {load.Device}");
        Unloaded(load.Device, load.Evict);
        device.Bytes += _models[load.Model].MemoryBytes;
        device.Peak = Math.Max(device.Peak, device.Bytes);
        Rule(device.Bytes <= device.Facts.MemoryBytes, $"device {load.Device} holds {device.Bytes} bytes of {device.Facts.MemoryBytes}");
    }

    public void Unloaded(int device, IEnumerable<string> models)
    {
        foreach (var model in models)
        {
            Rule(!_models[model].Pinned, $"'{model}' is pinned and was put out");
            Rule(_devices[device].Resident.Remove(model), $"'{model}' was put out of device {device} where it is not");
            _devices[device].Bytes -= _models[model].MemoryBytes;
        }
    }

    public void Loaded(int device, string model)
    {
        _devices[device].Loads.Remove(model);
        _devices[device].Resident.Add(model);
    }

    public void Lost(int device)
    {
        var books = _devices[device];
        (books.Present, books.Busy, books.Bytes) = (false, false, 0);
        books.Resident.Clear();
        books.Loads.Clear();
    }

    public void Returned(int device) => _devices[device].Present = true;

    private static void Rule(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new AuditException(char.ToUpperInvariant(otherwise[0]) + otherwise[1..] + ".");
        }
    }

    private sealed class DeviceBooks(DeviceFacts facts)
    {
        public DeviceFacts Facts => facts;

        public bool Present { get; set; } = true;

        public bool Busy { get; set; }

        public long Bytes { get; set; }

        public long Peak { get; set; }

        public HashSet<string> Resident { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Loads { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>
/// How long a work can be overtaken. A routine work becomes an urgent one after <see cref="SchedulerOptions.RoutineAges"/>,
/// due <see cref="SchedulerOptions.LiftedDue"/> later; from then on only stat works, works lifted before it and urgent works
/// due before it go first, and all of those came before its limit. So no job that comes after the limit is ever put before
/// it, and it waits for a known amount of work and for stat works.
/// </summary>
public static class AgingBound
{
    /// <summary>Jobs of other lanes than Stat that come after this are never put before the work.</summary>
    public static TimeSpan NotOvertakenAfter(SchedulerOptions options, SimulatedJob job, TimeSpan submitted)
    {
        if (job.Lane is Lane.Stat or Lane.Urgent)
        {
            return job.Due;
        }

        var aged = job.At + options.RoutineAges + (job.Lane == Lane.Background ? options.BackgroundAges : TimeSpan.Zero);
        return (aged > submitted ? aged : submitted) + options.LiftedDue;
    }

    /// <summary>What a model may have to wait for its place beside others in turn, where not all fit: added to the limit.</summary>
    public static TimeSpan Turns(Workload workload)
    {
        var all = workload.Models.Sum(m => m.Facts.MemoryBytes);
        var longest = workload.LongestLoadSeconds;
        return TimeSpan.FromSeconds(workload.Options.Devices.All(d => all <= d.MemoryBytes)
            ? longest * workload.Models.Count
            : longest * workload.Models.Count * 2 * (workload.Options.TurnsInLoads + 1));
    }
}
