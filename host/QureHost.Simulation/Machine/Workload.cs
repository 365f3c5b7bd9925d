using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>All that happens to a simulated site: the same for every policy.</summary>
public sealed record Workload
{
    /// <summary>Devices and the policy's constants.</summary>
    public required SchedulerOptions Options { get; init; }

    public required IReadOnlyList<SimulatedModel> Models { get; init; }

    /// <summary>By arrival.</summary>
    public required IReadOnlyList<SimulatedJob> Jobs { get; init; }

    public IReadOnlyList<Outage> Outages { get; init; } = [];

    /// <summary>Seed of the deviations of run times from their mean.</summary>
    public int Seed { get; init; }

    /// <summary>Run times deviate from their mean by up to this share.</summary>
    public double Noise { get; init; }

    /// <summary>The longest time of one tile or one batch that the policy's constants allow: nothing is interrupted for less.</summary>
    public double LongestTileSeconds => Math.Max(
        Options.LongestBatch.TotalSeconds,
        Jobs.Select(j => j.TileSeconds).DefaultIfEmpty().Max() * (1 + Noise) / Models.Select(m => m.SlowestSpeed(Options.Devices)).DefaultIfEmpty(1).Min());

    /// <summary>The longest load.</summary>
    public double LongestLoadSeconds => Models.Select(m => m.LoadSeconds).DefaultIfEmpty().Max();

    /// <summary>
    /// From its loss until its longest load and one longest tile after its return a device is away: what ran there must be
    /// done again, whatever the policy.
    /// </summary>
    public IEnumerable<(double From, double To)> Away() =>
        Outages.Select(o => (o.From.TotalSeconds, o.To.TotalSeconds + LongestLoadSeconds + LongestTileSeconds));

    /// <summary>
    /// Seconds by which a job was late while every device was there: one that was to be done just before an outage is done
    /// after it, whatever the policy.
    /// </summary>
    public double LatenessBesideOutages(FinishedJob job)
    {
        var (due, end) = (job.Job.Due.TotalSeconds, job.At.TotalSeconds);
        return Outages.Count == 0 || end <= due ? end - due : end - due - Away().Sum(a => Math.Max(0, Math.Min(a.To, end) - Math.Max(a.From, due)));
    }

    /// <summary>Seconds of one tile, as it truly is: the same whatever the policy.</summary>
    public double TileSeconds(SimulatedJob job, int tile)
    {
        // Weyl's sequence: even over the range, and no generator to seed for each tile.
        var x = ((((Seed * 31L) + job.Id) * 131) + tile) * 0.6180339887498949;
        return job.TileSeconds * (1 + (Noise * ((2 * (x - Math.Floor(x))) - 1)));
    }
}

/// <summary>A model as it truly is.</summary>
/// <param name="Facts">What the policy is told.</param>
/// <param name="LoadSeconds">One load.</param>
/// <param name="BatchGain">0: a batch takes as long as its works one by one; towards 1: as long as its longest.</param>
/// <param name="Speeds">How much faster than the tiles' own time it runs on a kind of device.</param>
/// <param name="EnabledAt">When the policy is told of it: a product that an admin enables during the day.</param>
public sealed record SimulatedModel(
    ModelFacts Facts,
    double LoadSeconds,
    double BatchGain = 0,
    IReadOnlyDictionary<string, double>? Speeds = null,
    TimeSpan EnabledAt = default)
{
    public double Speed(string kind) => Speeds is not null && Speeds.TryGetValue(kind, out var speed) && speed > 0 ? speed : 1;

    public double SlowestSpeed(IEnumerable<DeviceFacts> devices) => devices.Select(d => Speed(d.Kind)).DefaultIfEmpty(1).Min();
}

/// <summary>One study's run of one product.</summary>
public sealed record SimulatedJob
{
    /// <summary>Unique; jobs are numbered by arrival.</summary>
    public required int Id { get; init; }

    public required TimeSpan At { get; init; }

    public required TimeSpan Due { get; init; }

    public required Lane Lane { get; init; }

    public required string Model { get; init; }

    public string Site { get; init; } = "default";

    public string Product { get; init; } = "product";

    public int Tiles { get; init; } = 1;

    public double TileSeconds { get; init; } = .1;

    /// <summary>Tiles that it has waiting or running at once.</summary>
    public int Ahead { get; init; } = 3;

    public string? BatchKey { get; init; }

    /// <summary>Seconds of the product's own work before its first call.</summary>
    public double ThinkSeconds { get; init; }

    /// <summary>When somebody cancels it, or null.</summary>
    public TimeSpan? CancelAt { get; init; }
}

/// <summary>A device that is lost, and comes back empty.</summary>
public sealed record Outage(int Device, TimeSpan From, TimeSpan To);
