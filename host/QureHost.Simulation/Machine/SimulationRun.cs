using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>What became of a workload under a policy.</summary>
public sealed class SimulationRun(string policy, Workload workload, List<TimelineSpan>? timeline)
{
    private const ulong Prime = 1099511628211;
    private readonly List<FinishedJob> _finished = [];
    private ulong _hash = 14695981039346656037;

    public string Policy => policy;

    public Workload Workload => workload;

    /// <summary>Jobs in the order they were done.</summary>
    public IReadOnlyList<FinishedJob> Jobs => _finished;

    /// <summary>Jobs that were neither done nor cancelled when nothing more could happen.</summary>
    public IReadOnlyList<SimulatedJob> Unfinished { get; private set; } = [];

    /// <summary>Spans of runs and loads, where they were asked for.</summary>
    public IReadOnlyList<TimelineSpan> Timeline => timeline ?? [];

    /// <summary>Stands for every decision with its time: equal for equal runs.</summary>
    public ulong Trace => _hash;

    public int Loads { get; set; }

    public int Dispatches { get; private set; }

    public double BusySeconds { get; private set; }

    public TimeSpan Ended { get; private set; }

    /// <summary>Share of the devices' time that was spent on runs.</summary>
    public double Utilisation => Ended > TimeSpan.Zero ? BusySeconds / Ended.TotalSeconds / workload.Options.Devices.Count : 0;

    internal void Started(Decision.Run run, IEnumerable<SimulatedJob> jobs, TimeSpan now)
    {
        Dispatches++;
        Mix(now.Ticks);
        Mix(run.Device);
        foreach (var job in jobs)
        {
            Mix(job.Id);
        }
    }

    internal void Ran(int device, string model, SimulatedJob head, int works, TimeSpan from, TimeSpan to)
    {
        BusySeconds += (to - from).TotalSeconds;
        timeline?.Add(new TimelineSpan(device, TimelineKind.Run, model, head.Lane, head.Product, works, from, to));
    }

    internal void LoadEnded(int device, string model, TimeSpan from, TimeSpan to)
    {
        Mix(to.Ticks);
        timeline?.Add(new TimelineSpan(device, TimelineKind.Load, model, null, null, 0, from, to));
    }

    internal void Lost(int device, TimeSpan now) => timeline?.Add(new TimelineSpan(device, TimelineKind.Lost, "", null, null, 0, now, now));

    internal void Finished(SimulatedJob job, TimeSpan at, TimeSpan? expected) => _finished.Add(new FinishedJob(job, at, expected));

    internal void End(TimeSpan now, IEnumerable<SimulatedJob> unfinished)
    {
        Ended = _finished.Count > 0 ? _finished[^1].At : now;
        Unfinished = [.. unfinished];
    }

    private void Mix(long value) => _hash = (_hash ^ (ulong)value) * Prime;
}

/// <summary>A job that was done.</summary>
/// <param name="Job">Which.</param>
/// <param name="At">When.</param>
/// <param name="Expected">What admission said at its first call.</param>
public sealed record FinishedJob(SimulatedJob Job, TimeSpan At, TimeSpan? Expected)
{
    public double LatencySeconds => (At - Job.At).TotalSeconds;

    /// <summary>Seconds after its due time; negative before it.</summary>
    public double TardinessSeconds => (At - Job.Due).TotalSeconds;

    public Lane Lane => Job.Lane;
}

public enum TimelineKind
{
    Run,
    Load,
    Lost,
}

/// <summary>What a device did from when to when.</summary>
public sealed record TimelineSpan(int Device, TimelineKind Kind, string Model, Lane? Lane, string? Product, int Works, TimeSpan From, TimeSpan To);
