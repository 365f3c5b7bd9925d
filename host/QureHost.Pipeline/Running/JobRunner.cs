using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;

namespace QureHost.Pipeline;

/// <summary>
/// Claims queued jobs by lease and runs them, several at once. What it holds in memory can be lost at any moment: the job
/// table knows the state, and a job whose lease runs out is attempted again.
/// </summary>
internal sealed partial class JobRunner(
    ArchiveStore archive,
    PluginCatalog plugins,
    SiteProducts products,
    InferenceService inference,
    IResultPublisher publisher,
    Router router,
    StudyFeeds feeds,
    IProductRunner runner,
    SliceCache? slices,
    PipelineOptions options,
    TimeProvider time,
    ILogger logger)
{
    private readonly string _owner = $"host-{Guid.NewGuid():N}";
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly LaneGate _gate = new(time);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _active = new();
    private readonly ConcurrentDictionary<string, LiveStudy> _studies = new();

    /// <summary>Runs under way.</summary>
    public int Running => _active.Count;

    /// <summary>A job may be waiting.</summary>
    public void Wake()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Claims and runs until cancelled; then waits for the runs to end.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await archive.Jobs.ReleaseAllAsync(CancellationToken.None);
        var runs = new ConcurrentDictionary<Task, bool>();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (HasSlot() && await archive.Jobs.ClaimAsync(_owner, options.Lease, null, ct) is { } job)
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
                    _active[job.RunId] = stop;
                    var run = Task.Run(() => AttemptAsync(job, stop, ct), CancellationToken.None);
                    runs[run] = true;
                    _ = run.ContinueWith(t => runs.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                    continue;
                }

                await _signal.WaitAsync(options.ClaimPeriod, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                LogClaimFailed(logger, e.GetType().Name, e.Message);
                await Task.Delay(options.ClaimPeriod, time, CancellationToken.None);
            }
        }

        await Task.WhenAll(runs.Keys);
    }

    /// <summary>Ends a run that is under way here.</summary>
    public void Cancel(string runId)
    {
        if (_active.TryGetValue(runId, out var stop))
        {
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended meanwhile.
            }
        }
    }

    /// <summary>Runs that work: one that waits for its study's next slice takes no slot.</summary>
    private int Busy => _active.Count - _studies.Values.Count(s => s.IsIdle);

    private bool HasSlot() =>
        _active.Count < options.MostRuns && Busy is var busy
        && (busy < options.Parallel
        || (busy < options.Parallel + options.Reserve
            && archive.Jobs.List(new JobFilter { States = [JobState.Queued] }).Any(j => j.Lane <= JobLane.Urgent)));

    private async Task AttemptAsync(Job job, CancellationTokenSource stop, CancellationToken host)
    {
        using var renewal = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var renewing = RenewAsync(job.RunId, stop, renewal.Token);
        try
        {
            await ExecuteAsync(job, stop.Token, host);
        }
        catch (OperationCanceledException) when (host.IsCancellationRequested)
        {
            await GiveBackAsync(job);
        }
        catch (Exception e)
        {
            LogAttemptFailed(logger, job.RunId, job.Product, e.GetType().Name, e.StackTrace);
            await FailAsync(job, $"The host failed: {e.GetType().Name}.", retry: true);
        }
        finally
        {
            await renewal.CancelAsync();
            await renewing;
            _active.TryRemove(job.RunId, out _);
            stop.Dispose();
            Wake();
        }
    }

    private async Task ExecuteAsync(Job job, CancellationToken ct, CancellationToken host)
    {
        var plugin = plugins.Find(job.Product);
        if (plugin is not { CanRun: true, Manifest: { } manifest })
        {
            await FailAsync(job, plugin is null ? $"Product '{job.Product}' is not installed." : $"Product '{job.Product}' cannot run: {plugin.Reason}", retry: false);
            return;
        }

        var settings = products.Resolve(job.Site, job.Product)!;
        if (!settings.Enabled)
        {
            await archive.Jobs.CancelAsync(job.RunId, "The product is disabled at this site.", CancellationToken.None);
            return;
        }

        if (job.Version != manifest.Version)
        {
            // It was queued before another version took its product's place.
            await archive.Jobs.SetVersionAsync(job.RunId, _owner, manifest.Version, CancellationToken.None);
            job = job with { Version = manifest.Version };
        }

        var clock = new RunClock(time);
        using var study = new LiveStudy(archive, feeds, job.Site, job.StudyUid, manifest, clock, options.Priors, slices) { Idle = Wake };
        _studies[job.RunId] = study;
        var jobHost = new JobHost(archive, inference, job, _owner, study, _gate, options, time, plugin.ModelFolder);
        _gate.Enter(clock, jobHost.Lane);
        RunOutcome outcome;
        try
        {
            var info = new RunInfo(job.RunId, job.Attempt, job.Product, manifest.Version, job.Site, job.StudyUid);
            outcome = await runner.RunAsync(plugin, info, settings.Settings, jobHost, clock, ct);
        }
        finally
        {
            _gate.Leave(clock);
            _studies.TryRemove(job.RunId, out _);
            await jobHost.EndAsync();
        }

        LogEnded(logger, job.RunId, job.Product, job.Attempt, outcome.End, outcome.Seconds);
        if (outcome.Quarantined is { } quarantined)
        {
            await TellAsync(job, manifest, quarantined);
        }

        switch (outcome.End)
        {
            case RunEnd.Finished:
                await FinishAsync(job, manifest, jobHost, outcome.Seconds, host);
                await router.AfterRunAsync(job, study.SeenUntil, CancellationToken.None);
                break;
            case RunEnd.Failed:
                await FailAsync(job, outcome.Reason!, outcome.Retry);
                break;
            case RunEnd.Released:
                await archive.Jobs.ReleaseAsync(job.RunId, _owner, outcome.Reason!, CancellationToken.None);
                break;
            case RunEnd.Cancelled when host.IsCancellationRequested:
                await GiveBackAsync(job);
                break;
            case RunEnd.Cancelled:
                break;   // in the table already
        }
    }

    private async Task FinishAsync(Job job, PluginManifest manifest, JobHost jobHost, double seconds, CancellationToken ct)
    {
        await jobHost.FlushAsync();
        if (job.Attempt > 1)
        {
            await jobHost.WithdrawStaleAsync(CancellationToken.None);
        }

        var results = jobHost.Results;
        var run = new FinishedRun(job, manifest, ResultSummary.StatusOf(results), ResultSummary.ReasonsOf(results), results, jobHost.Models);
        try
        {
            await publisher.PublishAsync(run, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogAttemptFailed(logger, job.RunId, job.Product, e.GetType().Name, e.StackTrace);
            await FailAsync(job, $"Its results could not be stored back as DICOM objects: {e.Message}", retry: true);
            return;
        }

        var status = run.Status.ToString().ToLowerInvariant();
        await archive.Jobs.FinishAsync(job.RunId, _owner, status, Outcome(run, status, seconds), CancellationToken.None);
    }

    private static string Outcome(FinishedRun run, string status, double seconds)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteStartArray("reasons");
            foreach (var reason in run.Reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteStartArray("models");
            foreach (var model in run.Models)
            {
                json.WriteStartObject();
                json.WriteString("name", model.Name);
                json.WriteString("version", model.Version);
                json.WriteString("sha256", model.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("seconds", Math.Round(seconds, 3));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The host stops: the next start takes the job up again, and the attempt that was cut off is not the job's fault.</summary>
    private Task GiveBackAsync(Job job) => archive.Jobs.ReleaseAsync(job.RunId, _owner, "The host stops; the run goes on with its next start.", CancellationToken.None);

    /// <summary>A product that minutes depend on is gone: a person must know, and not only a page that somebody may open.</summary>
    private async Task TellAsync(Job job, PluginManifest manifest, string reason)
    {
        if (manifest.Lane == Lane.Stat || job.Lane == JobLane.Stat)
        {
            await archive.Alerts.RaiseAsync(job.Site, job.StudyUid, job.RunId, "plugin_quarantined", $"{manifest.Name} does not run any more: {reason}", CancellationToken.None);
        }
    }

    private async Task FailAsync(Job job, string reason, bool retry)
    {
        var pause = options.RetryPause * Math.Pow(2, job.Attempt - 1);
        await archive.Jobs.FailAttemptAsync(job.RunId, _owner, reason, retry, pause, CancellationToken.None);
    }

    private async Task RenewAsync(string runId, CancellationTokenSource stop, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Lease / 3, time, ct);
                if (!await archive.Jobs.RenewAsync(runId, _owner, options.Lease, ct))
                {
                    await stop.CancelAsync();   // cancelled by somebody, or lost to another
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            LogClaimFailed(logger, e.GetType().Name, e.Message);
        }
    }

    [LoggerMessage(EventId = 7201, Level = LogLevel.Information, Message = "Run {RunId} of {Product}, attempt {Attempt}: {End} after {Seconds:F2} s")]
    private static partial void LogEnded(ILogger logger, string runId, string product, int attempt, RunEnd end, double seconds);

    [LoggerMessage(EventId = 7202, Level = LogLevel.Error, Message = "Run {RunId} of {Product} failed in the host: {Type} {Stack}")]
    private static partial void LogAttemptFailed(ILogger logger, string runId, string product, string type, string? stack);

    [LoggerMessage(EventId = 7203, Level = LogLevel.Error, Message = "Jobs could not be claimed or renewed and are tried again: {Type} {Reason}")]
    private static partial void LogClaimFailed(ILogger logger, string type, string reason);
}
