using System.Globalization;
using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling.Tests;

/// <summary>A work with the time it arrives and the time it truly takes.</summary>
public sealed record Arrival(TimeSpan At, Work Work, double Seconds);

/// <summary>
/// Drives the policy by a virtual clock, as the real pump drives it by the real one, and holds its decisions against
/// what must always be true.
/// </summary>
public sealed class VirtualMachine(SchedulerOptions options, IReadOnlyList<ModelFacts> models, double loadSeconds = .5)
{
    private readonly Dictionary<long, Arrival> _waiting = [];
    private readonly Dictionary<int, long> _used = options.Devices.ToDictionary(d => d.Id, _ => 0L);
    private readonly Dictionary<int, HashSet<string>> _resident = options.Devices.ToDictionary(d => d.Id, _ => new HashSet<string>());
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> _events = new();
    private readonly HashSet<int> _busy = [];
    private int _order;

    public Scheduler Policy { get; } = new(options);

    public TimeSpan Now { get; private set; }

    public Dictionary<long, TimeSpan> Finished { get; } = [];

    public List<string> Trace { get; } = [];

    public List<(TimeSpan At, Arrival Work)> Started { get; } = [];

    public int Loads { get; private set; }

    /// <summary>Runs until nothing is left, or the time is over.</summary>
    public VirtualMachine Run(IEnumerable<Arrival> arrivals, TimeSpan? until = null)
    {
        foreach (var model in models)
        {
            Policy.Define(model);
        }

        foreach (var arrival in arrivals)
        {
            At(arrival.At, () => Submit(arrival));
        }

        At(TimeSpan.Zero, () => { });
        while (_events.TryDequeue(out var next, out var key) && (until is null || key.At <= until))
        {
            Now = key.At;
            next();
            Pump();
        }

        return this;
    }

    private void At(TimeSpan at, Action action) => _events.Enqueue(action, (at, _order++));

    private void Submit(Arrival arrival)
    {
        var admission = Policy.Submit(arrival.Work, Now);
        Assert.Null(admission.Refused);
        _waiting.Add(arrival.Work.Id, arrival);
    }

    private void Pump()
    {
        while (true)
        {
            switch (Policy.Decide(Now))
            {
                case Decision.Run run:
                    Start(run);
                    break;
                case Decision.Load load:
                    Load(load);
                    break;
                case Decision.Rest rest:
                    AssertNoDeviceIdlesBesideRunnableWork();
                    if (rest.Until is { } wake && wake > Now)
                    {
                        At(wake, () => { });
                    }

                    return;
            }
        }
    }

    private void Start(Decision.Run run)
    {
        Assert.Contains(run.Model, _resident[run.Device]);
        Assert.True(_busy.Add(run.Device), "a device runs one dispatch at a time");
        var works = run.Works.Select(id => _waiting[id]).ToArray();
        Assert.All(works, w => Assert.Equal(run.Model, w.Work.Model));
        AssertNothingMoreUrgentWasPassedOver(run, works[0].Work);
        var model = models.First(m => m.Model == run.Model);
        Assert.True(works.Sum(w => w.Work.Items) <= Math.Max(model.MaxBatch, works[0].Work.Items));
        foreach (var work in works)
        {
            _waiting.Remove(work.Work.Id);
            Started.Add((Now, work));
        }

        Trace.Add(string.Create(CultureInfo.InvariantCulture, $"{Now.TotalSeconds:F3} d{run.Device} {run.Model} {string.Join(',', run.Works)}"));
        At(Now + TimeSpan.FromSeconds(works.Sum(w => w.Seconds)), () =>
        {
            _busy.Remove(run.Device);
            foreach (var work in works)
            {
                Finished.Add(work.Work.Id, Now);
            }

            Policy.Completed(run.Dispatch, Now);
        });
    }

    private void Load(Decision.Load load)
    {
        Loads++;
        foreach (var model in load.Evict)
        {
            Assert.False(models.First(m => m.Model == model).Pinned, "a pinned model is never put out");
            Assert.True(_resident[load.Device].Remove(model));
            _used[load.Device] -= models.First(m => m.Model == model).MemoryBytes;
        }

        _used[load.Device] += models.First(m => m.Model == load.Model).MemoryBytes;
        Assert.True(_used[load.Device] <= options.Devices.First(d => d.Id == load.Device).MemoryBytes, "the budget is never exceeded");
        At(Now + TimeSpan.FromSeconds(loadSeconds), () =>
        {
            _resident[load.Device].Add(load.Model);
            Policy.Loaded(load.Device, load.Model, 0, Now);
        });
    }

    private void AssertNothingMoreUrgentWasPassedOver(Decision.Run run, Work head)
    {
        foreach (var other in _waiting.Values.Select(a => a.Work).Where(w => _resident[run.Device].Contains(w.Model)))
        {
            // The policy may only have lifted the head, and to Urgent at most: a stat work is never behind anything.
            Assert.False(other.Lane == Lane.Stat && head.Lane != Lane.Stat, $"stat work {other.Id} waited behind {head.Lane} work {head.Id}");
            Assert.False(
                other.Lane == Lane.Stat && head.Lane == Lane.Stat && other.Due < head.Due && !run.Works.Contains(other.Id),
                $"stat work {other.Id} was due before {head.Id}");
        }
    }

    private void AssertNoDeviceIdlesBesideRunnableWork()
    {
        if (options.BatchWindow == TimeSpan.Zero)
        {
            Assert.All(_resident.Where(d => !_busy.Contains(d.Key)), d =>
                Assert.DoesNotContain(_waiting.Values, a => d.Value.Contains(a.Work.Model)));
        }
    }
}
