using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <summary>
/// The policy: which model runs which works on which device, and which models are resident. It holds no clock, no
/// thread and does no input or output: the driver tells it the time and what happened, asks <see cref="Decide"/> until
/// it rests, and does what it says. The same calls always give the same decisions, so a virtual clock drives it
/// exactly as the real pump does. Not safe for threads.
/// </summary>
public sealed partial class Scheduler
{
    private readonly SchedulerOptions _options;
    private readonly Dictionary<string, ModelFacts> _models = new(StringComparer.Ordinal);
    private readonly DeviceState[] _devices;
    private readonly Dictionary<long, QueuedWork> _queued = [];
    private readonly Dictionary<string, int> _waitingByModel = new(StringComparer.Ordinal);
    private readonly WorkQueue[] _lanes = [new DeadlineQueue(), new DeadlineQueue(), new FairQueue(), new FairQueue()];
    private readonly SortedSet<(TimeSpan At, long Id)> _ages = [];
    private long _dispatches;

    public Scheduler(SchedulerOptions options)
    {
        _options = options;
        _devices = [.. options.Devices.OrderBy(d => d.Id).Select(d => new DeviceState(d))];
    }

    /// <summary>What was learnt about costs.</summary>
    public CostModel Costs { get; } = new();

    /// <summary>Works that wait.</summary>
    public int QueuedCount => _queued.Count;

    /// <summary>Tells of a model, or changes what was told.</summary>
    public void Define(ModelFacts model)
    {
        _models[model.Model] = model;
        Costs.Expect(model.Model, model.SecondsPerItem);
    }

    /// <summary>Queues a work. A refused one is not queued.</summary>
    public Admission Submit(Work work, TimeSpan now)
    {
        if (!_models.TryGetValue(work.Model, out var model))
        {
            return new Admission(now, Late: false, $"The model '{work.Model}' is not known to the scheduler.");
        }

        if (!_devices.Any(d => model.MemoryBytes <= d.Budget - PinnedBytes(d, except: work.Model)))
        {
            return new Admission(now, Late: false, $"The model takes {model.MemoryBytes >> 20} MB, more than any device's budget leaves beside its pinned models.");
        }

        var queued = new QueuedWork(work, now);
        _queued.Add(work.Id, queued);
        Enter(queued, now);
        _waitingByModel[work.Model] = _waitingByModel.GetValueOrDefault(work.Model) + 1;
        var finish = ExpectedFinish(queued, now);
        return new Admission(finish, finish > work.Due);
    }

    /// <summary>Takes a waiting work back. False where it is not waiting: it runs, or is done.</summary>
    public bool Cancel(long work)
    {
        if (!_queued.TryGetValue(work, out var queued))
        {
            return false;
        }

        Leave(queued);
        return true;
    }

    /// <summary>The next thing to do now. Call it again until it says <see cref="Decision.Rest"/>.</summary>
    public Decision Decide(TimeSpan now)
    {
        LiftAged(now);
        TimeSpan? wake = _ages.Count > 0 ? _ages.Min.At : null;
        foreach (var device in _devices)
        {
            if (device.Running is null && NextRun(device, now, ref wake) is { } run)
            {
                return run;
            }

            if (device.Loading is null && NextLoad(device, now) is { } load)
            {
                return load;
            }
        }

        return new Decision.Rest(wake);
    }

    /// <summary>A dispatch is done: its device is free, and its cost is learnt.</summary>
    public void Completed(long dispatch, TimeSpan now)
    {
        var done = End(dispatch, now);
        var seconds = (now - done.Started).TotalSeconds;
        Costs.Observe(done.Model, done.Works[0].Work.BatchKey, done.Items, seconds);

        // The expected cost was charged at the start; correct it to what it was.
        Charge(done, seconds - done.ExpectedSeconds);
    }

    /// <summary>A dispatch failed: its device is free, nothing is learnt. Its works are the driver's to fail or submit again.</summary>
    public void Failed(long dispatch, TimeSpan now) => End(dispatch, now);

    /// <summary>A model is resident.</summary>
    /// <param name="device">Where.</param>
    /// <param name="model">Which.</param>
    /// <param name="memoryBytes">Its size as measured, or 0 to keep the estimate.</param>
    /// <param name="now">The time.</param>
    public void Loaded(int device, string model, long memoryBytes, TimeSpan now)
    {
        var (state, loading) = TakeLoading(device, model);
        Costs.ObserveLoad(model, (now - loading.Since).TotalSeconds);
        state.Models[model] = new DeviceState.Resident { Bytes = memoryBytes > 0 ? memoryBytes : loading.Bytes, LastUsed = now };
    }

    /// <summary>A model could not be loaded.</summary>
    /// <returns>The works that waited for it: no longer queued, the driver's to fail.</returns>
    public IReadOnlyList<long> LoadFailed(int device, string model)
    {
        TakeLoading(device, model);
        if (_models.TryGetValue(model, out var facts))
        {
            _models[model] = facts with { Pinned = false, Preload = false };   // tried again only when somebody asks
        }

        var waiting = _queued.Values.Where(w => w.Work.Model == model).ToArray();
        foreach (var work in waiting)
        {
            Leave(work);
        }

        return [.. waiting.Select(w => w.Work.Id).Order()];
    }

    /// <summary>A device lost all that it held (its process ended). Its running works are given back to the driver.</summary>
    public IReadOnlyList<long> DeviceLost(int device)
    {
        var state = Device(device);
        var works = state.Running?.Works.Select(w => w.Work.Id).ToArray() ?? [];
        state.Running = null;
        state.Loading = null;
        state.Models.Clear();
        return works;
    }

    private Dispatch End(long dispatch, TimeSpan now)
    {
        var device = _devices.FirstOrDefault(d => d.Running?.Id == dispatch)
            ?? throw new InvalidOperationException($"Dispatch {dispatch} is not running.");
        var done = device.Running!;
        device.Running = null;
        if (device.Models.TryGetValue(done.Model, out var resident))
        {
            resident.LastUsed = now;
        }

        return done;
    }

    private (DeviceState Device, (string Model, long Bytes, TimeSpan Since) Loading) TakeLoading(int device, string model)
    {
        var state = Device(device);
        if (state.Loading is not { } loading || loading.Model != model)
        {
            throw new InvalidOperationException($"Device {device} is not loading '{model}'.");
        }

        state.Loading = null;
        return (state, loading);
    }

    private DeviceState Device(int id) => Array.Find(_devices, d => d.Id == id) ?? throw new ArgumentOutOfRangeException(nameof(id));

    private void Charge(Dispatch dispatch, double seconds)
    {
        foreach (var work in dispatch.Works)
        {
            _lanes[(int)work.Lane].Charge(work.Work.Site, work.Work.Product, seconds * work.Work.Items / dispatch.Items);
        }
    }

    private void Enter(QueuedWork work, TimeSpan now)
    {
        work.Since = now;
        _lanes[(int)work.Lane].Add(work);
        if (_options.AgesAfter(work.Lane) is { } after)
        {
            _ages.Add((now + after, work.Work.Id));
        }
    }

    private void Leave(QueuedWork work)
    {
        _queued.Remove(work.Work.Id);
        _lanes[(int)work.Lane].Remove(work);
        if (_options.AgesAfter(work.Lane) is { } after)
        {
            _ages.Remove((work.Since + after, work.Work.Id));
        }

        if (--_waitingByModel[work.Work.Model] == 0)
        {
            _waitingByModel.Remove(work.Work.Model);
        }
    }

    private void LiftAged(TimeSpan now)
    {
        while (_ages.Count > 0 && _ages.Min.At <= now)
        {
            var work = _queued[_ages.Min.Id];
            _ages.Remove(_ages.Min);
            _lanes[(int)work.Lane].Remove(work);
            work.Lane = work.Lane == Lane.Background ? Lane.Routine : Lane.Urgent;
            if (work.Lane == Lane.Urgent)
            {
                work.Due = now + _options.LiftedDue;
            }

            Enter(work, now);
        }
    }

    private IEnumerable<QueuedWork> InOrder() => _lanes.SelectMany(lane => lane.InOrder());
}
