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

    /// <summary>Further calls that the same job will submit after this one: admission counts them.</summary>
    public int Following { get; init; }
}

/// <summary>What the policy must know of a model.</summary>
/// <param name="Model">Its key.</param>
/// <param name="MemoryBytes">Resident size, as estimated or measured.</param>
/// <param name="Pinned">Loaded before anyone asks, and never put out: stat models.</param>
/// <param name="Preload">Loaded before anyone asks where there is room, but may be put out.</param>
/// <param name="MaxBatch">Items that one run may hold.</param>
/// <param name="SecondsPerItem">A first estimate of the cost, or 0 where unknown.</param>
public sealed record ModelFacts(string Model, long MemoryBytes, bool Pinned = false, bool Preload = false, int MaxBatch = 1, double SecondsPerItem = 0);

/// <summary>A device: one run at a time, models within a budget.</summary>
public sealed record DeviceFacts(int Id, long MemoryBytes);

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

    /// <summary>Put these models out, load this one; then call <see cref="Scheduler.Loaded"/> or <see cref="Scheduler.LoadFailed"/>.</summary>
    public sealed record Load(int Device, string Model, IReadOnlyList<string> Evict) : Decision;

    /// <summary>Nothing to do now. Ask again at <paramref name="Until"/>, if there is one, or after the next event.</summary>
    public sealed record Rest(TimeSpan? Until) : Decision;
}
