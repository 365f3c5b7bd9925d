namespace QureHost.Archive;

public enum IngestStatus
{
    /// <summary>New and durable.</summary>
    Stored,

    /// <summary>The same dataset was there already: a success that changed nothing.</summary>
    Duplicate,

    /// <summary>Not kept; <see cref="IngestOutcome.FailureReason"/> says why.</summary>
    Refused,
}

/// <summary>Failure Reason (0008,1197) values of PS3.18 §I.2 and status codes of PS3.4 §B.2.3.</summary>
public static class FailureReasons
{
    public const ushort ProcessingFailure = 0x0110;
    public const ushort DuplicateSopInstance = 0x0111;
    public const ushort InvalidSopInstance = 0x0117;
    public const ushort OutOfResources = 0xA700;
    public const ushort DatasetDoesNotMatch = 0xA900;
    public const ushort CannotUnderstand = 0xC000;
}

/// <summary>What became of one part of an ingest group.</summary>
public sealed record IngestOutcome
{
    public required IngestStatus Status { get; init; }

    public string? StudyUid { get; init; }

    public string? SeriesUid { get; init; }

    public string? SopClassUid { get; init; }

    public string? SopInstanceUid { get; init; }

    /// <summary>0 unless refused.</summary>
    public ushort FailureReason { get; init; }

    /// <summary>For a reader; says nothing about the patient.</summary>
    public string? Message { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
