using System.Text.Json;
using Microsoft.Extensions.Logging;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline;

/// <summary>
/// Everything between a stored instance and a finished run. It follows the archive's event log, so that whatever was
/// acknowledged is also what drives it, in this life of the process or the next.
/// </summary>
public sealed partial class StudyPipeline : IAsyncDisposable
{
    private static readonly string[] Followed =
    [
        EventTypes.StudyReceived, EventTypes.StudySettled, EventTypes.ReportAdded, EventTypes.RunQueued, EventTypes.RunFailed, EventTypes.StudyDeleted,
    ];

    private readonly ArchiveStore _archive;
    private readonly PluginCatalog _plugins;
    private readonly InferenceService _inference;
    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StudyPipeline> _logger;
    private readonly StudyFeeds _feeds = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Cursor _cursor;
    private readonly Router _router;
    private readonly JobRunner _runner;
    private readonly StudyAssembler _assembler;
    private readonly ReportExtractor _reports;
    private readonly WorkerPool? _workers;
    private Task _work = Task.CompletedTask;

    /// <param name="archive">The durable facts.</param>
    /// <param name="plugins">What is installed.</param>
    /// <param name="inference">Models.</param>
    /// <param name="publisher">Stores results back.</param>
    /// <param name="options">Times and numbers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For an operator.</param>
    /// <param name="workers">Runs products in processes of their own; null runs them in this one.</param>
    /// <param name="slices">Decoded frames in shared memory; null decodes for each product.</param>
    public StudyPipeline(
        ArchiveStore archive,
        PluginCatalog plugins,
        InferenceService inference,
        IResultPublisher publisher,
        PipelineOptions options,
        TimeProvider time,
        ILoggerFactory loggers,
        WorkerPool? workers = null,
        SliceCache? slices = null)
    {
        (_archive, _plugins, _inference, _options, _time) = (archive, plugins, inference, options, time);
        _logger = loggers.CreateLogger<StudyPipeline>();
        Products = new SiteProducts(archive, plugins);
        _cursor = new Cursor(archive.Options.DataDirectory, time);
        _router = new Router(archive, plugins, Products, time, _logger);
        _reports = new ReportExtractor(archive, _logger);
        _assembler = new StudyAssembler(archive, options, time, _logger, SeriesQuietAsync);
        _runner = new JobRunner(
            archive, plugins, Products, inference, publisher, _router, _feeds,
            (IProductRunner?)workers ?? new ProductRunner(time, loggers.CreateLogger<ProductRunner>()) { Limits = options.Limits }, slices, options, time, _logger);
        _workers = workers;
    }

    /// <summary>Products at sites.</summary>
    public SiteProducts Products { get; }

    /// <summary>Runs under way here.</summary>
    public int Running => _runner.Running;

    /// <summary>Takes up what the last life of the process left, and begins.</summary>
    public Task StartAsync(CancellationToken ct)
    {
        Preload();
        _plugins.Changed += Adapt;
        Warm(p => p.Manifest is { Lane: Lane.Stat } or { Starts: StartsOn.Slice } && IsUsed(p));
        var from = _cursor.Read() is { } seq && seq <= _archive.Events.LastSeq ? seq : _archive.Events.LastSeq;
        _assembler.Recover();
        _work = Task.WhenAll(
            Task.Run(() => FollowAsync(from, _stop.Token), CancellationToken.None),
            Task.Run(() => _runner.RunAsync(_stop.Token), CancellationToken.None));
        return Task.CompletedTask;
    }

    /// <summary>Queues a product again.</summary>
    /// <exception cref="InvalidOperationException">It cannot run at this site; the message says why.</exception>
    public Task<Job> RerunAsync(string site, string studyUid, string product, CancellationToken ct) =>
        _router.RerunAsync(site, studyUid, product, ct);

    /// <summary>Cancels a run that waits or is under way; false where it is neither.</summary>
    public async Task<bool> CancelAsync(string runId, string reason, CancellationToken ct)
    {
        var done = await _archive.Jobs.CancelAsync(runId, reason, ct);
        _runner.Cancel(runId);
        return done;
    }

    /// <summary>The sender, or a person, says that the study is complete.</summary>
    public Task<bool> SettleAsync(string site, string studyUid, CancellationToken ct) =>
        _archive.Index.SettleAsync(site, studyUid, "signal", unchangedSince: null, ct);

    /// <summary>Keeps a site's decision about a product. Disabling takes effect at once: its open runs are cancelled.</summary>
    /// <returns>What is wrong with it; empty where it was kept.</returns>
    public async Task<IReadOnlyList<string>> DecideAsync(SiteProduct decision, CancellationToken ct)
    {
        var problems = Products.Problems(decision);
        if (problems.Count > 0)
        {
            return problems;
        }

        await _archive.Sites.PutProductAsync(decision, ct);
        if (decision.Enabled)
        {
            Preload();
        }
        else
        {
            await CancelOpenAsync(new JobFilter { Site = decision.Site, Product = decision.Product }, "The product was disabled at this site.");
        }

        return [];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _plugins.Changed -= Adapt;
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _assembler.Dispose();
        _cursor.Write();
    }

    /// <summary>Models of products that some site uses are loaded before their first study comes.</summary>
    private void Preload() => _inference.Preload(
        from plugin in _plugins.Active
        from site in _archive.Sites.List()
        where Products.Resolve(site.Id, plugin.Id) is { Enabled: true }
        from model in plugin.Manifest!.Models
        select (new ModelRequest(site.Id, plugin.Id, model, plugin.ModelFolder), plugin.Manifest!.Lane == Lane.Stat));

    /// <summary>Another version took its place, or was put aside: its processes end with their last run, and the new one's models load.</summary>
    private void Adapt()
    {
        _workers?.Retire(plugin => _plugins.Plugins.Contains(plugin) && plugin.CanRun);
        Preload();
        Warm(p => p.Manifest!.Lane == Lane.Stat);
        _runner.Wake();
    }

    /// <summary>A product that a stroke waits for, or that begins on the first slice, does not begin with the start of a process.</summary>
    private void Warm(Func<Plugin, bool> which)
    {
        if (_workers is { } workers)
        {
            foreach (var plugin in _plugins.Active.Where(which))
            {
                _ = workers.WarmAsync(plugin);
            }
        }
    }

    /// <summary>Some site has it enabled.</summary>
    private bool IsUsed(Plugin plugin) => _archive.Sites.List().Any(site => Products.Resolve(site.Id, plugin.Id) is { Enabled: true });

    private async Task CancelOpenAsync(JobFilter jobs, string reason)
    {
        foreach (var job in _archive.Jobs.List(jobs with { States = [JobState.Queued, JobState.Running] }))
        {
            await CancelAsync(job.RunId, reason, CancellationToken.None);
        }
    }

    private async Task FollowAsync(long from, CancellationToken ct)
    {
        _cursor.Advance(from);
        try
        {
            await foreach (var e in _archive.Events.FollowAsync(from, new EventFilter { Types = Followed }, ct))
            {
                try
                {
                    await HandleAsync(e, ct);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    LogNotRouted(_logger, e.Seq, e.Type, error.GetType().Name, error.StackTrace);
                }

                _cursor.Advance(e.Seq);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task HandleAsync(StoredEvent e, CancellationToken ct)
    {
        if (e.StudyUid is not { } study)
        {
            return;
        }

        switch (e.Type)
        {
            case EventTypes.StudyReceived when e.RunId is null:
                var came = SeriesOf(e.Data);
                var series = _archive.Index.GetSeries(e.Site, study).Where(s => s.RunId is null && came.Contains(s.SeriesUid)).ToArray();
                _feeds.Pulse(e.Site, study);
                _assembler.Received(e.Site, study, came);
                await _router.RouteAsync(StartsOn.Slice, e.Site, study, series, e.At, ct);
                if (ReportExtractor.MayHoldReports(series))
                {
                    _ = Task.Run(() => _reports.ExtractAsync(e.Site, study, series, ct), CancellationToken.None);
                }

                break;
            case EventTypes.StudySettled:
                _feeds.Pulse(e.Site, study);
                await _router.RouteAsync(StartsOn.Settled, e.Site, study, Outside(e.Site, study), e.At, ct);
                break;
            case EventTypes.ReportAdded:
                _feeds.Pulse(e.Site, study);
                await _router.RouteAsync(StartsOn.Report, e.Site, study, Outside(e.Site, study), e.At, ct);
                break;
            case EventTypes.RunQueued:
                _runner.Wake();
                break;
            case EventTypes.RunFailed when e.RunId is { } run && _archive.Jobs.Get(run) is { State: JobState.Cancelled }:
                _runner.Cancel(run);
                break;
            case EventTypes.StudyDeleted:
                _feeds.Pulse(e.Site, study);
                if (_archive.Index.GetStudy(e.Site, study) is null)
                {
                    await CancelOpenAsync(new JobFilter { Site = e.Site, StudyUids = [study] }, "The study was deleted.");
                }

                break;
        }
    }

    private async Task SeriesQuietAsync(string site, string study, string series)
    {
        try
        {
            await _router.RouteAsync(StartsOn.Series, site, study, Outside(site, study).Where(s => s.SeriesUid == series), _time.GetUtcNow() - _options.SeriesQuiet, _stop.Token);
        }
        catch (Exception error)
        {
            LogNotRouted(_logger, 0, "series quiet", error.GetType().Name, error.StackTrace);
        }
    }

    /// <summary>The study's series that no run of ours wrote.</summary>
    private IEnumerable<SeriesRow> Outside(string site, string study) => _archive.Index.GetSeries(site, study).Where(s => s.RunId is null);

    private static string[] SeriesOf(string data)
    {
        using var document = JsonDocument.Parse(data);
        return document.RootElement.TryGetProperty("seriesUids", out var uids) && uids.ValueKind == JsonValueKind.Array
            ? [.. uids.EnumerateArray().Select(u => u.GetString() ?? "")]
            : [];
    }

    [LoggerMessage(EventId = 7301, Level = LogLevel.Error, Message = "Event {Seq} ({What}) could not be routed: {Type} {Stack}")]
    private static partial void LogNotRouted(ILogger logger, long seq, string what, string type, string? stack);
}
