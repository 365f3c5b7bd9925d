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
    private readonly Dictionary<string, long> _measured = new(StringComparer.Ordinal);
    private readonly DeviceState[] _devices;
    private readonly Dictionary<long, QueuedWork> _queued = [];
    private readonly Dictionary<string, int> _waitingByModel = new(StringComparer.Ordinal);
    private readonly WorkQueue[] _lanes;
    private readonly SortedSet<(TimeSpan At, long Id)> _ages = [];
    private readonly bool _alike;
    private ModelFacts[] _preloads = [];
    private long _dispatches;

    public Scheduler(SchedulerOptions options)
    {
        _options = options;
        var turn = options.FairTurn.TotalSeconds;
        _lanes = [new DeadlineQueue(), new DeadlineQueue(), new FairQueue(turn), new FairQueue(turn)];
        _devices = [.. options.Devices.OrderBy(d => d.Id).Select(d => new DeviceState(d))];
        _alike = options.Devices.Select(d => d.Kind).Distinct().Count() <= 1;
    }

    /// <summary>What was learnt about costs.</summary>
    public CostModel Costs { get; } = new();

    /// <summary>Works that wait.</summary>
    public int QueuedCount => _queued.Count;

    /// <summary>Tells of a model, or changes what was told.</summary>
    public void Define(ModelFacts model)
    {
        _models[model.Model] = _measured.TryGetValue(model.Model, out var bytes) ? model with { MemoryBytes = bytes } : model;
        Costs.Expect(model.Model, model.SecondsPerItem);
        Pin();
    }

    /// <summary>Queues a work. A refused one is not queued.</summary>
    public Admission Submit(Work work, TimeSpan now)
    {
        if (!_models.TryGetValue(work.Model, out var model))
        {
            return new Admission(now, Late: false, $"The model '{work.Model}' is not known to the scheduler.");
        }

        if (work.Lane == Lane.Stat && !model.Pinned)
        {
            model = PinIfRoom(model);   // a site made a stat product of it: from now on it has its place
        }

        if (!FitsSomewhere(model))
        {
            return new Admission(now, Late: false, $"The model takes {model.MemoryBytes >> 20} MB, more than any device's budget leaves beside its pinned models.");
        }

        var left = Costs.Seconds(work.Model, work.BatchKey, work.Items, _devices[0].Kind) * (1 + work.Following);
        var rank = (work.Since ?? now) + TimeSpan.FromSeconds(_options.FairStretch * left);
        var queued = new QueuedWork(work, now) { Rank = rank < work.Due ? rank : work.Due };
        _queued.Add(work.Id, queued);
        Enter(queued, work.Since ?? now);
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
            if (!device.Present)
            {
                continue;
            }

            // Memory first: a run that began now could hold on to the place that an earlier work's model needs.
            if (NextResidence(device, now) is { } residence)
            {
                return residence;
            }

            if (device.Running is null && NextRun(device, now, ref wake) is { } run)
            {
                return run;
            }
        }

        return new Decision.Rest(wake);
    }

    /// <summary>A dispatch is done: its device is free, and its cost is learnt.</summary>
    public void Completed(long dispatch, TimeSpan now)
    {
        var done = End(dispatch, now);
        var seconds = (now - done.Started).TotalSeconds;
        Costs.Observe(done.Model, done.Works[0].Work.BatchKey, done.Items, seconds, done.Device.Kind);

        // The expected cost was charged at the start; correct it to what it was.
        Charge(done, seconds - done.ExpectedSeconds, begins: false);
    }

    /// <summary>A dispatch failed: its device is free, nothing is learnt. Its works are the driver's to fail or submit again.</summary>
    public void Failed(long dispatch, TimeSpan now) => End(dispatch, now);

    /// <summary>A model is resident.</summary>
    /// <param name="device">Where.</param>
    /// <param name="model">Which.</param>
    /// <param name="memoryBytes">Its size as measured, or 0 to keep the estimate.</param>
    /// <param name="now">The time.</param>
    /// <returns>Works that no device can hold the model of, now that its size is known: no longer queued, the driver's to fail.</returns>
    public IReadOnlyList<long> Loaded(int device, string model, long memoryBytes, TimeSpan now)
    {
        var state = Device(device);
        var loading = TakeLoading(state, model);
        Costs.ObserveLoad(model, (now - loading.Since).TotalSeconds, state.Kind);
        loading.Bytes = memoryBytes > 0 ? memoryBytes : loading.Bytes;
        loading.LastUsed = now;
        state.Models[model] = loading;
        if (_models.TryGetValue(model, out var facts) && facts.MemoryBytes != loading.Bytes)
        {
            _measured[model] = loading.Bytes;
            _models[model] = facts with { MemoryBytes = loading.Bytes };
            Pin();
        }

        return _queued.Count > 0 && _models.Values.Any(m => _waitingByModel.ContainsKey(m.Model) && !FitsSomewhere(m))
            ? Withdraw(w => !FitsSomewhere(_models[w.Work.Model]))
            : [];
    }

    /// <summary>A model could not be loaded.</summary>
    /// <returns>The works that waited for it: no longer queued, the driver's to fail.</returns>
    public IReadOnlyList<long> LoadFailed(int device, string model)
    {
        TakeLoading(Device(device), model);
        if (_models.TryGetValue(model, out var facts))
        {
            _models[model] = facts with { Pinned = false, Preload = false };   // tried again only when somebody asks
            Pin();
        }

        return IsPlaced(model) ? [] : Withdraw(w => w.Work.Model == model);
    }

    /// <summary>A device lost all that it held (its process ended).</summary>
    /// <param name="device">Which.</param>
    /// <param name="away">It is not back yet: until <see cref="DeviceReturned"/> nothing is decided for it.</param>
    /// <returns>The works that ran there: no longer queued, the driver's to submit again or to fail.</returns>
    public IReadOnlyList<long> DeviceLost(int device, bool away = false)
    {
        var state = Device(device);
        var works = state.Running?.Works.Select(w => w.Work.Id).ToArray() ?? [];
        state.Present = !away;
        state.Losses++;
        state.Running = null;
        state.Loading.Clear();
        state.Models.Clear();
        return works;
    }

    /// <summary>A lost device is there again, and empty: pinned models are loaded first.</summary>
    public void DeviceReturned(int device) => Device(device).Present = true;

    /// <summary>When each waiting job should be done, as things stand: what an operator and a worklist show, and what is judged anew when a device goes.</summary>
    public IReadOnlyList<Forecast> Forecasts(TimeSpan now)
    {
        var jobs = new Dictionary<string, Forecast>(StringComparer.Ordinal);
        var line = new Line(this, now);
        foreach (var work in InOrder())
        {
            var finish = line.Add(work);
            var job = work.Work.Job ?? work.Work.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
            jobs[job] = new Forecast(job, finish, finish > work.Work.Due);
        }

        return [.. jobs.Values];
    }

    private bool FitsSomewhere(ModelFacts model) =>
        _devices.Any(d => d.Pins.ContainsKey(model.Model) || model.MemoryBytes <= Room(d));

    private IReadOnlyList<long> Withdraw(Func<QueuedWork, bool> which)
    {
        var gone = _queued.Values.Where(which).ToArray();
        foreach (var work in gone)
        {
            Leave(work);
        }

        return [.. gone.Select(w => w.Work.Id).Order()];
    }

    private Dispatch End(long dispatch, TimeSpan now)
    {
        var device = _devices.FirstOrDefault(d => d.Running?.Id == dispatch)
            ?? throw new InvalidOperationException($"Dispatch {dispatch} is not running.");
        var done = device.Running!;
        device.Running = null;
        Remember(done, now);
        if (device.Models.TryGetValue(done.Model, out var resident))
        {
            resident.LastUsed = now;
        }

        return done;
    }

    private static DeviceState.Resident TakeLoading(DeviceState device, string model) =>
        device.Loading.Remove(model, out var loading)
            ? loading
            : throw new InvalidOperationException($"Device {device.Id} is not loading '{model}'.");

    private DeviceState Device(int id) => Array.Find(_devices, d => d.Id == id) ?? throw new ArgumentOutOfRangeException(nameof(id));

    private void Charge(Dispatch dispatch, double seconds, bool begins)
    {
        foreach (var work in dispatch.Works)
        {
            var weight = _options.Weights.TryGetValue(work.Work.Site, out var w) && w > 0 ? w : 1;
            _lanes[(int)work.Lane].Charge(work.Work.Site, work.Work.Product, seconds * work.Work.Items / dispatch.Items / weight, begins);
        }
    }

    private void Enter(QueuedWork work, TimeSpan since)
    {
        work.Since = since;
        _lanes[(int)work.Lane].Add(work);
        if (_options.AgesAfter(work.Lane) is { } after)
        {
            _ages.Add((since + after, work.Work.Id));
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
            var before = work.Lane;
            _lanes[(int)before].Remove(work);
            work.Lane = work.Lane == Lane.Background ? Lane.Routine : Lane.Urgent;
            if (work.Lane == Lane.Urgent)
            {
                work.Due = now + _options.LiftedDue;
            }

            Enter(work, work.Since + _options.AgesAfter(before)!.Value);
        }
    }

    private IEnumerable<QueuedWork> InOrder()
    {
        foreach (var lane in _lanes)
        {
            if (lane.Count > 0)
            {
                foreach (var work in lane.InOrder())
                {
                    yield return work;
                }
            }
        }
    }
}
