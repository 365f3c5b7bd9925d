using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <content>What an operator sees: read only, changes no decision.</content>
public sealed partial class Scheduler
{
    private const int RecentDispatches = 400;
    private readonly Queue<PastDispatch> _recent = new();
    private readonly Dictionary<(string Site, string Product), ServedProduct> _served = [];

    /// <summary>Everything as it stands.</summary>
    public SchedulerSnapshot Snapshot(TimeSpan now)
    {
        var late = Forecasts(now).Where(f => f.Late).Select(f => f.Job).ToHashSet(StringComparer.Ordinal);
        var waiting = _queued.Values.ToLookup(w => w.Lane);
        return new SchedulerSnapshot(
            now,
            [.. Enum.GetValues<Lane>().Select(lane => new LaneSnapshot(
                lane,
                waiting[lane].Count(),
                waiting[lane].Select(NameOf).Distinct().Count(),
                waiting[lane].Select(w => (now - w.Submitted).TotalSeconds).DefaultIfEmpty().Max(),
                waiting[lane].Select(NameOf).Distinct().Count(late.Contains)))],
            [.. _devices.Select(d => new DeviceSnapshot(
                d.Id, d.Kind, d.Present, d.Budget, d.Used, d.Pins.Values.Sum(), d.BusySeconds + RunningFor(d, now), d.Dispatches, d.Losses,
                d.Running is { } run ? Told(run, now) : null,
                [.. d.Models.Select(m => new ResidentModel(m.Key, m.Value.Bytes, d.Pins.ContainsKey(m.Key), Loading: false, (now - m.Value.LastUsed).TotalSeconds)),
                 .. d.Loading.Select(m => new ResidentModel(m.Key, m.Value.Bytes, d.Pins.ContainsKey(m.Key), Loading: true, 0))]))],
            [.. _recent],
            [.. _served.Values]);
    }

    private static string NameOf(QueuedWork work) => work.Work.Job ?? work.Work.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static double RunningFor(DeviceState device, TimeSpan now) => device.Running is { } run ? (now - run.Started).TotalSeconds : 0;

    private static PastDispatch Told(Dispatch run, TimeSpan now) =>
        new(run.Device.Id, run.Model, run.Works[0].Work.Lane, run.Works[0].Work.Product, run.Items, run.Started, now);

    private void Remember(Dispatch done, TimeSpan now)
    {
        done.Device.BusySeconds += (now - done.Started).TotalSeconds;
        done.Device.Dispatches++;
        _recent.Enqueue(Told(done, now));
        if (_recent.Count > RecentDispatches)
        {
            _recent.Dequeue();
        }

        foreach (var work in done.Works)
        {
            var key = (work.Work.Site, work.Work.Product);
            var share = (now - done.Started).TotalSeconds * work.Work.Items / done.Items;
            var before = _served.TryGetValue(key, out var known) ? known : new ServedProduct(key.Site, key.Product, done.Model, 0, 0);
            _served[key] = before with { Model = done.Model, Calls = before.Calls + 1, Seconds = before.Seconds + share };
        }
    }
}

/// <summary>The scheduler as it stands; times are spans on the driver's clock.</summary>
public sealed record SchedulerSnapshot(
    TimeSpan At,
    IReadOnlyList<LaneSnapshot> Lanes,
    IReadOnlyList<DeviceSnapshot> Devices,
    IReadOnlyList<PastDispatch> Recent,
    IReadOnlyList<ServedProduct> Served);

/// <summary>A lane's queue.</summary>
/// <param name="Lane">Which.</param>
/// <param name="Calls">Calls that wait.</param>
/// <param name="Jobs">Jobs that they are of.</param>
/// <param name="OldestSeconds">How long the oldest has waited.</param>
/// <param name="LateJobs">Jobs that will be late if nothing changes.</param>
public sealed record LaneSnapshot(Lane Lane, int Calls, int Jobs, double OldestSeconds, int LateJobs);

/// <summary>A device: memory in bytes, seconds busy since the start.</summary>
public sealed record DeviceSnapshot(
    int Id, string Kind, bool Present, long BudgetBytes, long UsedBytes, long PinnedBytes, double BusySeconds, long Dispatches, int Losses,
    PastDispatch? Running, IReadOnlyList<ResidentModel> Models);

/// <summary>A model on a device.</summary>
public sealed record ResidentModel(string Model, long Bytes, bool Pinned, bool Loading, double IdleSeconds);

/// <summary>A dispatch that was done, or that runs until now.</summary>
public sealed record PastDispatch(int Device, string Model, Lane Lane, string Product, int Items, TimeSpan From, TimeSpan To);

/// <summary>What a product had of the devices since the start.</summary>
public sealed record ServedProduct(string Site, string Product, string Model, long Calls, double Seconds);
