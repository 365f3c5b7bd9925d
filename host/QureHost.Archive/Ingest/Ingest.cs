namespace QureHost.Archive;

/// <summary>
/// The door by which instances come in. Instances of one request or association are a group: their files are written
/// and synced side by side, then one directory sync and one transaction make the group durable.
/// </summary>
public sealed class Ingest
{
    private readonly IngestContext context;
    private readonly Database database;
    private readonly ObjectStore objects;
    private readonly SiteTable sites;
    private readonly RecoveryMark mark;

    internal Ingest(IngestContext context, Database database, ObjectStore objects, SiteTable sites, RecoveryMark mark)
    {
        this.context = context;
        this.database = database;
        this.objects = objects;
        this.sites = sites;
        this.mark = mark;
    }

    /// <summary>Begins a group.</summary>
    /// <param name="site">A known site.</param>
    /// <param name="source">Where it comes from, for the index and audit: <c>stow</c>, <c>dimse:AET</c>, <c>import</c>, <c>run</c>.</param>
    /// <param name="runId">The run of ours that wrote the instances: such never trigger a product.</param>
    /// <param name="studyUid">The one study that instances may belong to (STOW-RS to <c>/studies/{uid}</c>); others are refused.</param>
    /// <exception cref="ArchiveException">The site is not known, or the volume is as good as full.</exception>
    public IngestGroup Begin(string site, string source, string? runId = null, string? studyUid = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (sites.Get(site) is null)
            throw new ArchiveException(ArchiveError.NotFound, $"There is no site '{site}'.");
        if (context.FreeBytes() < context.Options.ReservedBytes)
            throw new ArchiveException(ArchiveError.DiskFull, "The volume of the archive is full; free space and send again.");
        return new IngestGroup(this, context, site, source, runId, studyUid, mark.Enter());
    }

    /// <summary>Commits what is on disk; returns objects that no row names.</summary>
    internal async Task<IReadOnlyList<string>> CommitAsync(IngestGroup group, IReadOnlyList<IngestSlot> slots)
    {
        var commit = await database.WriteAsync(
            scope =>
            {
                var work = new GroupCommit(scope, context.Options.OnConflict, group.Site, group.Source, group.RunId);
                work.Run(slots);
                mark.Advance(scope);
                return work;
            },
            CancellationToken.None).ConfigureAwait(false);
        commit.Conclude();
        await objects.RemoveAsync(commit.Replaced).ConfigureAwait(false);
        return commit.LeftOver;
    }

    internal void Ended(DateTimeOffset begun) => mark.Leave(begun);
}
