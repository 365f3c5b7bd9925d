namespace QureHost.Archive;

/// <summary>A part's place in its group, from its arrival to its outcome.</summary>
internal sealed class IngestSlot
{
    /// <summary>Null once the part has an outcome without the index.</summary>
    public Instance? Instance { get; set; }

    public string? ObjectPath { get; set; }

    /// <summary>Bytes of the object.</summary>
    public long Length { get; set; }

    /// <summary>Completes when the file is synced, with what went wrong.</summary>
    public Task<ArchiveException?>? OnDisk { get; set; }

    public IngestOutcome? Outcome { get; set; }

    public static IngestSlot Of(Instance instance) => new() { Instance = instance };

    public static IngestSlot Refused(ushort reason, string message) => new()
    {
        Outcome = new IngestOutcome { Status = IngestStatus.Refused, FailureReason = reason, Message = message },
    };

    public void Refuse(ushort reason, string message) => Conclude(IngestStatus.Refused, reason, message);

    public void Conclude(IngestStatus status, ushort reason = 0, string? message = null) => Outcome = new IngestOutcome
    {
        Status = status,
        StudyUid = Instance!.StudyUid,
        SeriesUid = Instance.SeriesUid,
        SopClassUid = Instance.SopClassUid,
        SopInstanceUid = Instance.SopInstanceUid,
        FailureReason = reason,
        Message = message,
        Warnings = Instance.Warnings,
    };
}
