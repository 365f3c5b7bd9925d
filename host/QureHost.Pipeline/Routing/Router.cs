using Microsoft.Extensions.Logging;
using QureHost.Archive;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline;

/// <summary>
/// Chooses products for what happened to a study and queues a durable job for each. Deciding twice about the same event
/// changes nothing: a run queued after the event has answered it.
/// </summary>
internal sealed partial class Router(ArchiveStore archive, PluginCatalog plugins, SiteProducts products, TimeProvider time, ILogger logger)
{
    private readonly InputMatcher _inputs = new(archive.Index);
    private readonly RunForecast _forecast = new(archive, time);

    /// <summary>Products of a start condition, on what an event tells.</summary>
    /// <param name="starts">The condition that is met.</param>
    /// <param name="site">The study's site.</param>
    /// <param name="studyUid">The study.</param>
    /// <param name="series">The series that it is about.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>True where a job was queued.</returns>
    public async Task<bool> RouteAsync(StartsOn starts, string site, string studyUid, IEnumerable<SeriesRow> series, DateTimeOffset at, CancellationToken ct)
    {
        var queued = false;
        foreach (var plugin in plugins.Active)
        {
            var manifest = plugin.Manifest!;
            if (manifest.Starts == starts
                && products.Resolve(site, manifest.Id) is { Enabled: true } product
                && (manifest.Inputs.Count == 0 || _inputs.Matches(manifest, site, series))
                && !IsAnswered(site, studyUid, manifest.Id, at))
            {
                queued |= await QueueAsync(manifest, product, site, studyUid, "routed", ct) is { IsNew: true };
            }
        }

        return queued;
    }

    /// <summary>Queues a product again because somebody asked for it.</summary>
    /// <exception cref="InvalidOperationException">There is no such product, or it cannot run.</exception>
    public async Task<Job> RerunAsync(string site, string studyUid, string product, CancellationToken ct)
    {
        var plugin = plugins.Find(product) ?? throw new InvalidOperationException($"There is no product '{product}'.");
        if (!plugin.CanRun)
        {
            throw new InvalidOperationException($"Product '{product}' cannot run: {plugin.Reason}");
        }

        var settings = products.Resolve(site, product)!;
        return settings.Enabled
            ? (await QueueAsync(plugin.Manifest!, settings, site, studyUid, "rerun", ct)).Job
            : throw new InvalidOperationException($"Product '{product}' is disabled at this site.");
    }

    /// <summary>After a run: what came while it ran and was not seen by it makes it run again.</summary>
    public async Task<bool> AfterRunAsync(Job job, DateTimeOffset seenUntil, CancellationToken ct)
    {
        if (plugins.Find(job.Product)?.Manifest is not { } manifest || archive.Index.GetStudy(job.Site, job.StudyUid) is not { } study)
        {
            return false;
        }

        if (manifest.Starts == StartsOn.Report)
        {
            var newest = archive.Reports.OfStudy(job.Site, job.StudyUid).Select(r => r.AddedAt).DefaultIfEmpty().Max();
            return newest > (job.StartedAt ?? job.CreatedAt) && await RouteAsync(StartsOn.Report, job.Site, job.StudyUid, archive.Index.GetSeries(job.Site, job.StudyUid), newest, ct);
        }

        return study.LastOutsideAt > seenUntil && manifest.Starts switch
        {
            StartsOn.Slice => await RouteAsync(StartsOn.Slice, job.Site, job.StudyUid, archive.Index.GetSeries(job.Site, job.StudyUid), study.LastOutsideAt, ct),
            StartsOn.Settled when study.Settled => await RouteAsync(StartsOn.Settled, job.Site, job.StudyUid, archive.Index.GetSeries(job.Site, job.StudyUid), study.LastOutsideAt, ct),
            _ => false,   // quiet time will tell
        };
    }

    private bool IsAnswered(string site, string studyUid, string product, DateTimeOffset at) =>
        archive.Jobs.List(new JobFilter { Site = site, StudyUids = [studyUid], Product = product, Limit = 1 }) is [var last]
        && (last.IsOpen || last.CreatedAt >= at);

    private async Task<(Job Job, bool IsNew)> QueueAsync(PluginManifest manifest, ProductAtSite product, string site, string studyUid, string reason, CancellationToken ct)
    {
        var dueAt = time.GetUtcNow().AddSeconds(product.DeadlineSeconds);
        var result = await archive.Jobs.EnqueueAsync(
            new JobDraft
            {
                Site = site,
                StudyUid = studyUid,
                Product = manifest.Id,
                Version = manifest.Version,
                Lane = (JobLane)product.Lane,
                DueAt = dueAt,
                ExpectedAt = _forecast.Of(manifest.Id, (JobLane)product.Lane, dueAt),
                MaxAttempts = manifest.Attempts,
                Reason = reason,
            },
            ct);
        if (result.IsNew)
        {
            LogQueued(logger, result.Job.RunId, manifest.Id, site, product.Lane);
        }

        return result;
    }

    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "Run {RunId} of {Product} queued at site {Site} in lane {Lane}")]
    private static partial void LogQueued(ILogger logger, string runId, string product, string site, Lane lane);
}
