using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling;

/// <summary>The policy's constants.</summary>
public sealed record SchedulerOptions
{
    /// <summary>The devices.</summary>
    public required IReadOnlyList<DeviceFacts> Devices { get; init; }

    /// <summary>A batch that is not led by a stat work is kept shorter than this, because a stat work may have to wait for it.</summary>
    public TimeSpan LongestBatch { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an unfilled batch may wait for company; also bounded by a tenth of its slack. Zero on a CPU, where batches gain little.</summary>
    public TimeSpan BatchWindow { get; init; }

    /// <summary>A routine work that has waited so long is treated as an urgent one submitted now.</summary>
    public TimeSpan RoutineAges { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A background work that has waited so long is treated as a routine one submitted now.</summary>
    public TimeSpan BackgroundAges { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The due time that a work lifted to Urgent gets, counted from its lifting: it does not outrun urgent works that came before.</summary>
    public TimeSpan LiftedDue { get; init; } = TimeSpan.FromMinutes(10);

    internal TimeSpan? AgesAfter(Lane lane) => lane switch
    {
        Lane.Routine => RoutineAges,
        Lane.Background => BackgroundAges,
        _ => null,   // nothing is ever lifted to Stat
    };
}
