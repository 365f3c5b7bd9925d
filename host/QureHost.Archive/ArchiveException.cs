namespace QureHost.Archive;

/// <summary>Why the archive could not keep its promise.</summary>
public enum ArchiveError
{
    /// <summary>The volume has no room left (or less than the reserve).</summary>
    DiskFull,

    /// <summary>Writing, syncing or reading a file or the index failed.</summary>
    InputOutput,

    /// <summary>The index was written by a newer version of QureHost.</summary>
    NewerSchema,

    /// <summary>Another process has this data directory open.</summary>
    InUse,

    /// <summary>A site, user or other row that was named is not there.</summary>
    NotFound,

    /// <summary>A name or value that the archive cannot keep.</summary>
    Invalid,
}

/// <summary>A failure of the archive that its caller can act on; nothing of the failed request was kept.</summary>
public sealed class ArchiveException(ArchiveError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public ArchiveError Error { get; } = error;
}
