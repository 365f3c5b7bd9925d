using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <summary>
/// One call of a model: a whole small image or one tile of a large one. It is the unit that is never interrupted, so a
/// more urgent job waits for one of these at most. Times are spans on the driver's own clock.
/// </summary>
public sealed record Work
{
    /// <summary>Unique, rising with submission.</summary>
    public required long Id { get; init; }

    /// <summary>Model key, as defined by <see cref="Scheduler.Define"/>.</summary>
    public required string Model { get; init; }

    /// <summary>The lane of the run it belongs to.</summary>
    public required Lane Lane { get; init; }

    /// <summary>When the run should be done.</summary>
    public required TimeSpan Due { get; init; }

    /// <summary>Whose work it is: shares are kept between sites.</summary>
    public required string Site { get; init; }

    /// <summary>Which product's: shares are kept between a site's products.</summary>
    public required string Product { get; init; }

    /// <summary>Works of one model and one key may run as one batch; null never.</summary>
    public string? BatchKey { get; init; }

    /// <summary>Items along the batch extent.</summary>
    public int Items { get; init; } = 1;

    /// <summary>Further calls of the same job after this one, submitted or not: admission counts them.</summary>
    public int Following { get; init; }

    /// <summary>The job that this call is one of, or null where it stands alone.</summary>
    public string? Job { get; init; }

    /// <summary>Since when the job has waited: its age counts from here. Null: from this submission.</summary>
    public TimeSpan? Since { get; init; }
}

/// <summary>What the policy must know of a model.</summary>
/// <param name="Model">Its key.</param>
/// <param name="MemoryBytes">Resident size, as estimated or measured.</param>
/// <param name="Pinned">Loaded on every device that has room, before anyone asks, and never put out: stat models.</param>
/// <param name="Preload">Loaded before anyone asks where there is room, but may be put out.</param>
/// <param name="MaxBatch">Items that one run may hold.</param>
/// <param name="SecondsPerItem">A first estimate of the cost, or 0 where unknown.</param>
public sealed record ModelFacts(string Model, long MemoryBytes, bool Pinned = false, bool Preload = false, int MaxBatch = 1, double SecondsPerItem = 0);

/// <summary>A device: one run at a time, models within a budget.</summary>
/// <param name="Id">Its number.</param>
/// <param name="MemoryBytes">What models may take.</param>
/// <param name="Kind">Devices of one kind take the same time: costs are learnt by kind.</param>
public sealed record DeviceFacts(int Id, long MemoryBytes, string Kind = DeviceFacts.Cpu)
{
    public const string Cpu = "cpu";
}

/// <summary>When a waiting job should be done.</summary>
/// <param name="Job">The job, or the work's number where it is one of none.</param>
/// <param name="ExpectedFinish">When, if nothing more urgent comes.</param>
/// <param name="Late">That is after its due time.</param>
public sealed record Forecast(string Job, TimeSpan ExpectedFinish, bool Late);

/// <summary>What the scheduler says to a submission.</summary>
/// <param name="ExpectedFinish">When the job, with what follows, should be done.</param>
/// <param name="Late">That is after its due time: say so, do not hide it.</param>
/// <param name="Refused">Why it can never run here, or null.</param>
public sealed record Admission(TimeSpan ExpectedFinish, bool Late, string? Refused = null);

/// <summary>What the driver should do next.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Run these works, in this order, as one batch; then call <see cref="Scheduler.Completed"/> or <see cref="Scheduler.Failed"/>.</summary>
    public sealed record Run(long Dispatch, int Device, string Model, IReadOnlyList<long> Works, double ExpectedSeconds) : Decision;

    /// <summary>Put these models out, load this one; then call <see cref="Scheduler.Loaded"/> or <see cref="Scheduler.LoadFailed"/>. Loads go on beside runs and beside each other.</summary>
    public sealed record Load(int Device, string Model, IReadOnlyList<string> Evict) : Decision;

    /// <summary>Put these models out: one turned out larger than it was said to be.</summary>
    public sealed record Unload(int Device, IReadOnlyList<string> Models) : Decision;

    /// <summary>Nothing to do now. Ask again at <paramref name="Until"/>, if there is one, or after the next event.</summary>
    public sealed record Rest(TimeSpan? Until) : Decision;
}
