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

    private readonly FileStream held;
    private readonly Database database;
    private readonly IngestContext context;
    private int disposed;

    private ArchiveStore(FileStream held, Database database, IngestContext context, RecoveryMark mark)
    {
        this.held = held;
        this.database = database;
        this.context = context;
        Options = context.Options;
        Objects = new ObjectStore(database, context, mark);
        Sites = new SiteTable(database);
        Ingest = new Ingest(context, database, Objects, Sites, mark);
        Index = new StudyIndex(database, Objects);
        Events = new EventLog(database);
        Jobs = new JobTable(database);
        Results = new ResultTable(database);
        Users = new UserTable(database);
        Keys = new KeyTable(database);
        Audit = new AuditLog(database, context.Clock, context.Options.AuditWindow);
        Reports = new ReportTable(database);
        Decisions = new DecisionTable(database);
        Alerts = new AlertTable(database);
        Plugins = new PluginTable(database);
    }

    public ArchiveOptions Options { get; }

    /// <summary>Receives instances.</summary>
    public Ingest Ingest { get; }

    /// <summary>Studies, series and instances.</summary>
    public StudyIndex Index { get; }

    /// <summary>The log of what happened, in commit order.</summary>
    public EventLog Events { get; }

    /// <summary>Runs of products, claimed by lease.</summary>
    public JobTable Jobs { get; }

    /// <summary>Results as they stand now.</summary>
    public ResultTable Results { get; }

    /// <summary>Files of instances and blobs.</summary>
    public ObjectStore Objects { get; }

    public SiteTable Sites { get; }

    public UserTable Users { get; }

    public KeyTable Keys { get; }

    public AuditLog Audit { get; }

    public ReportTable Reports { get; }

    public DecisionTable Decisions { get; }

    public AlertTable Alerts { get; }

    /// <summary>Crashes and quarantines of plugins' versions.</summary>
    public PluginTable Plugins { get; }

    /// <summary>Opens or makes an archive: migrates the index, then removes files that a crash left unknown to it.</summary>
    /// <exception cref="ArchiveException">The directory is in use, its index is newer than this program, or the disk fails.</exception>
    public static Task<ArchiveStore> OpenAsync(ArchiveOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        return OpenAsync(options, clock, loggers.CreateLogger("QureHost.Archive"), (o, f, d, l) => new IngestContext(o, f, d, clock, l), ct);
    }

    /// <summary>Finishes what is being committed and closes the index.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await Audit.FlushAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
        context.Disk.Dispose();
        await held.DisposeAsync().ConfigureAwait(false);
    }

    internal static async Task<ArchiveStore> OpenAsync(
        ArchiveOptions options, TimeProvider clock, ILogger logger, Func<ArchiveOptions, ObjectFolders, DiskThreads, ILogger, IngestContext> makeContext, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        ct.ThrowIfCancellationRequested();
        var held = Hold(options.DataDirectory);
        Database? database = null;
        DiskThreads? disk = null;
        try
        {
            database = Database.Open(Path.Combine(options.DataDirectory, "index.db"), clock, logger);
            // The names of the database's own files are made durable once.
            DurableFiles.SyncDirectory(options.DataDirectory);
            var mark = database.Read(RecoveryMark.Read);
            disk = new DiskThreads(options.DiskThreads);
            var context = makeContext(options, new ObjectFolders(options.DataDirectory, mark), disk, logger);
            await Recovery.RunAsync(database, context, mark, logger).ConfigureAwait(false);
            return new ArchiveStore(held, database, context, new RecoveryMark(clock, database.Read(RecoveryMark.Read)));
        }
        catch
        {
            disk?.Dispose();
            if (database is not null)
                await database.DisposeAsync().ConfigureAwait(false);
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>One process a data directory: two would sweep each other's objects.</summary>
    private static FileStream Hold(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ArchiveException(ArchiveError.InputOutput, $"The data directory {folder} cannot be written.", e);
        }
        catch (IOException e)
        {
            throw SqliteFailure.IsDiskFull(e)
                ? new ArchiveException(ArchiveError.DiskFull, $"The volume of the data directory {folder} is full.", e)
                : new ArchiveException(ArchiveError.InUse, $"The data directory {folder} is in use by another QureHost.", e);
        }
    }
}
