namespace QureHost.Archive;

/// <summary>An event about to be appended; <paramref name="Data"/> is a JSON object.</summary>
public sealed record EventDraft(string Site, string? StudyUid, string Type, string Data, string? Product = null, string? RunId = null, int Attempt = 0);

/// <summary>An event of the log. <paramref name="Seq"/> rises strictly in commit order over all sites; <paramref name="Data"/> is a JSON object.</summary>
public sealed record StoredEvent(long Seq, DateTimeOffset At, string Site, string? StudyUid, string Type, string? Product, string? RunId, int Attempt, string Data);

/// <summary>Which events to read; what is null does not filter.</summary>
public sealed record EventFilter
{
    public static readonly EventFilter All = new();

    public IReadOnlyCollection<string>? Sites { get; init; }

    public string? StudyUid { get; init; }

    public string? RunId { get; init; }

    public IReadOnlyCollection<string>? Types { get; init; }

    public bool Matches(StoredEvent e) =>
        (Sites is null || Sites.Contains(e.Site))
        && (StudyUid is null || StudyUid == e.StudyUid)
        && (RunId is null || RunId == e.RunId)
        && (Types is null || Types.Contains(e.Type));
}

/// <summary>Names of the events.</summary>
public static class EventTypes
{
    public const string StudyReceived = "study.received";
    public const string StudySettled = "study.settled";
    public const string StudyDeleted = "study.deleted";
    public const string RunQueued = "run.queued";
    public const string RunStarted = "run.started";
    public const string RunProgress = "run.progress";
    public const string RunFinished = "run.finished";
    public const string RunFailed = "run.failed";
    public const string ResultPublished = "result.published";
    public const string ResultWithdrawn = "result.withdrawn";
    public const string ReportAdded = "report.added";
    public const string DecisionMade = "decision.made";
    public const string AlertRaised = "alert.raised";
    public const string AlertAcknowledged = "alert.acknowledged";
}
