using Microsoft.Extensions.Logging;

namespace QureHost.Archive;

/// <summary>
/// Everything durable of one data directory: objects as files, and one SQLite database of index, events, jobs
/// and administration. What a method here has acknowledged survives <c>kill -9</c> and a power cut.
/// </summary>
public sealed class ArchiveStore : IAsyncDisposable
{
    /// <summary>The site where none is named; it is always there.</summary>
    public const string DefaultSite = "default";

    private ArchiveStore(ArchiveOptions options) => Options = options;

    public ArchiveOptions Options { get; }

    /// <summary>Receives instances.</summary>
    public Ingest Ingest => throw new NotImplementedException();

    /// <summary>Studies, series and instances.</summary>
    public StudyIndex Index => throw new NotImplementedException();

    /// <summary>The log of what happened, in commit order.</summary>
    public EventLog Events => throw new NotImplementedException();

    /// <summary>Runs of products, claimed by lease.</summary>
    public JobTable Jobs => throw new NotImplementedException();

    /// <summary>Results as they stand now.</summary>
    public ResultTable Results => throw new NotImplementedException();

    /// <summary>Files of instances and blobs.</summary>
    public ObjectStore Objects => throw new NotImplementedException();

    public SiteTable Sites => throw new NotImplementedException();

    public UserTable Users => throw new NotImplementedException();

    public KeyTable Keys => throw new NotImplementedException();

    public AuditLog Audit => throw new NotImplementedException();

    public ReportTable Reports => throw new NotImplementedException();

    public DecisionTable Decisions => throw new NotImplementedException();

    public AlertTable Alerts => throw new NotImplementedException();

    /// <summary>Opens or makes an archive: migrates the index, then removes files that a crash left unknown to it.</summary>
    /// <exception cref="ArchiveException">The directory is in use, its index is newer than this program, or the disk fails.</exception>
    public static Task<ArchiveStore> OpenAsync(ArchiveOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>Finishes what is being committed and closes the index.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
