namespace QureHost.Archive;

/// <summary>What happens to an instance whose SOP Instance UID is known at the site with another dataset.</summary>
public enum ConflictPolicy
{
    /// <summary>Refused with Failure Reason 0111H (Duplicate SOP Instance); what is stored stays.</summary>
    Refuse,

    /// <summary>The newer dataset takes the place of the stored one.</summary>
    KeepNewest,
}

/// <summary>Where an archive lives and how it behaves.</summary>
public sealed record ArchiveOptions
{
    /// <summary>Folder of the database and the objects; made where it is absent.</summary>
    public required string DataDirectory { get; init; }

    public ConflictPolicy OnConflict { get; init; } = ConflictPolicy.Refuse;

    /// <summary>Parts up to this many bytes are parsed in pooled memory and written once; larger ones stream to their file.</summary>
    public int InMemoryBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of pooled memory that all parts not yet on disk may hold together; receiving waits beyond it.</summary>
    public long InFlightBytes { get; init; } = 128L << 20;

    /// <summary>Threads that write and sync files.</summary>
    public int DiskThreads { get; init; } = 8;

    /// <summary>Ingest is refused while the volume has less free space than this: the index must still be able to commit.</summary>
    public long ReservedBytes { get; init; } = 64L << 20;

    /// <summary>Audit rows of one user, study and action within this window are one row with a count.</summary>
    public TimeSpan AuditWindow { get; init; } = TimeSpan.FromMinutes(15);
}
