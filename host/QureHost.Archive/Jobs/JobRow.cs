namespace QureHost.Archive;

/// <summary>A job as the database holds it.</summary>
internal sealed class JobRow
{
    public const string Select =
        "SELECT run_id AS RunId, site AS Site, study_uid AS StudyUid, product AS Product, version AS Version, state AS State, lane AS Lane, due_at AS DueAt, "
        + "attempt AS Attempt, max_attempts AS MaxAttempts, lease_owner AS LeaseOwner, lease_until AS LeaseUntil, not_before AS NotBefore, ups_uid AS UpsUid, "
        + "created_at AS CreatedAt, started_at AS StartedAt, finished_at AS FinishedAt, reason AS Reason, done AS Done, stage AS Stage, status AS Status, outcome AS Outcome FROM job ";

    public string RunId { get; set; } = "";

    public string Site { get; set; } = "";

    public string StudyUid { get; set; } = "";

    public string Product { get; set; } = "";

    public string Version { get; set; } = "";

    public int State { get; set; }

    public int Lane { get; set; }

    public long DueAt { get; set; }

    public int Attempt { get; set; }

    public int MaxAttempts { get; set; }

    public string? LeaseOwner { get; set; }

    public long? LeaseUntil { get; set; }

    public long? NotBefore { get; set; }

    public string UpsUid { get; set; } = "";

    public long CreatedAt { get; set; }

    public long? StartedAt { get; set; }

    public long? FinishedAt { get; set; }

    public string? Reason { get; set; }

    public double? Done { get; set; }

    public string? Stage { get; set; }

    public string? Status { get; set; }

    public string? Outcome { get; set; }

    public Job ToJob() => new()
    {
        RunId = RunId,
        Site = Site,
        StudyUid = StudyUid,
        Product = Product,
        Version = Version,
        State = (JobState)State,
        Lane = (JobLane)Lane,
        DueAt = Time(DueAt)!.Value,
        Attempt = Attempt,
        MaxAttempts = MaxAttempts,
        LeaseOwner = LeaseOwner,
        LeaseUntil = Time(LeaseUntil),
        NotBefore = Time(NotBefore),
        UpsUid = UpsUid,
        CreatedAt = Time(CreatedAt)!.Value,
        StartedAt = Time(StartedAt),
        FinishedAt = Time(FinishedAt),
        Reason = Reason,
        Done = Done,
        Stage = Stage,
        Status = Status,
        Outcome = Outcome,
    };

    private static DateTimeOffset? Time(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
