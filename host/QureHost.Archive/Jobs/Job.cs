namespace QureHost.Archive;

public enum JobState
{
    Queued,
    Running,
    Finished,
    Failed,
    Cancelled,
}

/// <summary>The order in which jobs are claimed; the SDK's lanes by the same names and numbers.</summary>
public enum JobLane
{
    Stat,
    Urgent,
    Routine,
    Background,
}

/// <summary>A run to be queued.</summary>
public sealed record JobDraft
{
    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    /// <summary>Id of the product.</summary>
    public required string Product { get; init; }

    public required string Version { get; init; }

    public JobLane Lane { get; init; } = JobLane.Routine;

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it should be done as things stand: told with <c>run.queued</c>, with whether that is late. Null where nothing is known.</summary>
    public DateTimeOffset? ExpectedAt { get; init; }

    public int MaxAttempts { get; init; } = 3;

    /// <summary>Why it was queued: <c>routed</c>, <c>rerun</c>…</summary>
    public string? Reason { get; init; }
}

/// <summary>One run of a product on a study: a durable row from which any process can carry on.</summary>
public sealed record Job
{
    public required string RunId { get; init; }

    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    public required string Product { get; init; }

    public required string Version { get; init; }

    public required JobState State { get; init; }

    public required JobLane Lane { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>1 at the first claim.</summary>
    public required int Attempt { get; init; }

    /// <summary>Attempts in all; those that were not charged have been added.</summary>
    public required int MaxAttempts { get; init; }

    public string? LeaseOwner { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Not claimed before this: the pause before a retry.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>SOP Instance UID of the job as a Unified Procedure Step (PS3.4 §CC).</summary>
    public required string UpsUid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Why it failed or was cancelled, for a reader; at first why it was queued.</summary>
    public string? Reason { get; init; }

    /// <summary>0..1, as last reported.</summary>
    public double? Done { get; init; }

    public string? Stage { get; init; }

    /// <summary><c>ok</c>, <c>qualified</c> or <c>refused</c> once finished.</summary>
    public string? Status { get; init; }

    /// <summary>Data of the <c>run.finished</c> event (JSON), once finished.</summary>
    public string? Outcome { get; init; }

    public bool IsOpen => State is JobState.Queued or JobState.Running;
}

/// <summary>Which jobs to list; what is null does not filter.</summary>
public sealed record JobFilter
{
    public string? Site { get; init; }

    public IReadOnlyCollection<string>? StudyUids { get; init; }

    public string? Product { get; init; }

    public IReadOnlyCollection<JobState>? States { get; init; }

    public int Limit { get; init; } = 1000;
}
