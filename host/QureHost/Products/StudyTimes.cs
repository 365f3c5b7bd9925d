using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using QureHost.Archive;

namespace QureHost.Products;

/// <summary>
/// Follows the event log and keeps times: from the last slice that came before a run was queued (ingest) to its first
/// finding and to its end, by product; and a trace per study with a span for each wait and run. The trace's number is
/// made from site and Study Instance UID by a hash: it names no patient, and every process of a host finds the same.
/// </summary>
internal sealed partial class StudyTimes(ArchiveStore archive, ILogger<StudyTimes> log) : BackgroundService
{
    /// <summary>Name of the activity source; traces are exported where OTEL_EXPORTER_OTLP_ENDPOINT is set.</summary>
    public const string Source = "QureHost.Studies";

    private const int MostOpen = 20_000;
    private static readonly ActivitySource Activities = new(Source);
    private static readonly EventFilter Followed = new()
    {
        Types = [EventTypes.StudyReceived, EventTypes.RunQueued, EventTypes.RunStarted, EventTypes.ResultPublished, EventTypes.RunFinished, EventTypes.RunFailed],
    };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _ingests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenRun> _runs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ProductTimes> _products = new(StringComparer.Ordinal);

    /// <summary>Times by product since the start.</summary>
    public IReadOnlyList<ProductTimesView> Products()
    {
        lock (_gate)
        {
            return [.. _products.Select(p => p.Value.View(p.Key))];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var after = archive.Events.LastSeq;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var e in archive.Events.FollowAsync(after, Followed, stoppingToken))
                {
                    Note(e);
                    after = e.Seq;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (ArchiveException e)
            {
                LogBehind(log, e.Error, after);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Takes one event into account; public to the tests, which play logs of their own.</summary>
    internal void Note(StoredEvent e)
    {
        lock (_gate)
        {
            var study = $"{e.Site}\n{e.StudyUid}";
            switch (e.Type)
            {
                case EventTypes.StudyReceived when e.RunId is null:
                    Bound(_ingests)[study] = e.At;
                    break;
                case EventTypes.RunQueued when e is { RunId: { } run, Product: { } product }:
                    Bound(_runs)[run] = new OpenRun(product, study, _ingests.GetValueOrDefault(study, e.At), e.At, archive.Jobs.Get(run)?.DueAt);
                    break;
                case EventTypes.RunStarted when e.RunId is { } run && _runs.TryGetValue(run, out var open):
                    Span(open, "wait", open.QueuedAt, e);
                    open.StartedAt = e.At;
                    break;
                case EventTypes.ResultPublished when e.RunId is { } run && _runs.TryGetValue(run, out var open) && open.FirstAt is null:
                    open.FirstAt = e.At;
                    Of(open.Product).First(e.At - open.IngestAt);
                    break;
                case EventTypes.RunFinished or EventTypes.RunFailed when e.RunId is { } run && _runs.TryGetValue(run, out var open):
                    Span(open, "run", open.StartedAt ?? open.QueuedAt, e);
                    if (e.Type == EventTypes.RunFinished)
                    {
                        Of(open.Product).Finished(e.At - open.IngestAt, missed: e.At > open.DueAt);
                        _runs.Remove(run);
                    }
                    else if (!e.Data.Contains("\"willRetry\":true", StringComparison.Ordinal))
                    {
                        Of(open.Product).Failed();
                        _runs.Remove(run);
                    }

                    break;
            }
        }
    }

    private static void Span(OpenRun open, string what, DateTimeOffset from, StoredEvent e)
    {
        if (!Activities.HasListeners())
        {
            return;
        }

        var study = TraceOf(open.Study);
        if (what == "wait" && e.Attempt <= 1)
        {
            using var ingest = Activities.StartActivity("ingest to queue", ActivityKind.Internal, study, startTime: open.IngestAt);
            ingest?.SetTag("qurehost.product", open.Product);
            ingest?.SetEndTime(open.QueuedAt.UtcDateTime);
        }

        using var span = Activities.StartActivity($"{what} {open.Product}", ActivityKind.Internal, study, startTime: from);
        span?.SetTag("qurehost.product", open.Product).SetTag("qurehost.run", e.RunId).SetTag("qurehost.attempt", e.Attempt).SetTag("qurehost.site", e.Site);
        if (what == "run")
        {
            if (open.FirstAt is { } first)
            {
                span?.AddEvent(new ActivityEvent("first finding", first));
            }

            span?.SetStatus(e.Type == EventTypes.RunFinished ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        }

        span?.SetEndTime(e.At.UtcDateTime);
    }

    /// <summary>The trace of a study, named by site, a line's end, and Study Instance UID.</summary>
    internal static ActivityContext TraceOf(string study)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(study));
        return new ActivityContext(ActivityTraceId.CreateFromBytes(hash.AsSpan(0, 16)), ActivitySpanId.CreateFromBytes(hash.AsSpan(16, 8)), ActivityTraceFlags.Recorded);
    }

    /// <summary>A host that runs for months does not keep what never ended.</summary>
    private static Dictionary<string, T> Bound<T>(Dictionary<string, T> open)
    {
        if (open.Count >= MostOpen)
        {
            open.Clear();
        }

        return open;
    }

    private ProductTimes Of(string product) => _products.TryGetValue(product, out var times) ? times : _products[product] = new ProductTimes(product);

    private sealed record OpenRun(string Product, string Study, DateTimeOffset IngestAt, DateTimeOffset QueuedAt, DateTimeOffset? DueAt)
    {
        public DateTimeOffset? StartedAt { get; set; }

        public DateTimeOffset? FirstAt { get; set; }
    }

    [LoggerMessage(120, LogLevel.Error, "Times after event {After} wait: {Error}")]
    private static partial void LogBehind(ILogger log, ArchiveError error, long after);
}
