using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <summary>The policy's constants.</summary>
public sealed record SchedulerOptions
{
    /// <summary>The devices.</summary>
    public required IReadOnlyList<DeviceFacts> Devices { get; init; }

    /// <summary>A batch is kept shorter than this, because a stat work may have to wait for it. A single item may take longer.</summary>
    public TimeSpan LongestBatch { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an unfilled batch may wait for company; also bounded by a tenth of its slack. Zero on a CPU, where batches gain little.</summary>
    public TimeSpan BatchWindow { get; init; }

    /// <summary>A routine work whose job has waited so long is treated as an urgent one submitted now.</summary>
    public TimeSpan RoutineAges { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A background work whose job has waited so long is treated as a routine one submitted now.</summary>
    public TimeSpan BackgroundAges { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The due time that a work lifted to Urgent gets, counted from its lifting: it does not outrun urgent works that came before.</summary>
    public TimeSpan LiftedDue { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a site or product is served at a stretch before its share is compared again.</summary>
    public TimeSpan FairTurn { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Within a share, a job may fairly wait so many times as long as what is left of it takes: short jobs go before long
    /// ones that have not waited in proportion.
    /// </summary>
    public double FairStretch { get; init; } = 8;

    /// <summary>Weights of sites in fair shares; 1 where nothing is said.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// A model that works wait for stays until it was there for so many loads (its own and that of the one that wants its
    /// place): at 10, a tenth of the time at most is spent on models that take turns.
    /// </summary>
    public double TurnsInLoads { get; init; } = 10;

    internal TimeSpan? AgesAfter(Lane lane) => lane switch
    {
        Lane.Routine => RoutineAges,
        Lane.Background => BackgroundAges,
        _ => null,   // nothing is ever lifted to Stat
    };
}
