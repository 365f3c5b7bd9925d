using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk;

namespace QureHost.Plugins;

/// <summary>
/// Runs products in processes of their own: one per plugin, a second while the first is busy; started when they are
/// needed, kept warm, started again after a pause when they end. A crash is charged to the run that caused it and to its
/// plugin's version. Where several runs shared the process, nobody can tell who it was: each is released without an
/// attempt charged and comes back alone in a process, where the guilty one is caught in the act.
/// </summary>
public sealed partial class WorkerPool : IProductRunner, IAsyncDisposable
{
    private readonly SharedMemory _memory;
    private readonly WorkerOptions _options;
    private readonly IPluginLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerPool> _logger;
    private readonly ConcurrentDictionary<Plugin, PluginWorkers> _workers = new();
    private readonly ConcurrentDictionary<string, bool> _suspects = new(StringComparer.Ordinal);
    private readonly WorkerUsers _users;
    private readonly string _root;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="memory">Where slices and tensors lie.</param>
    /// <param name="options">Limits.</param>
    /// <param name="ledger">What is remembered of crashes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For an operator.</param>
    public WorkerPool(SharedMemory memory, WorkerOptions options, IPluginLedger ledger, TimeProvider time, ILogger<WorkerPool> logger)
    {
        (_memory, _options, _ledger, _time, _logger) = (memory, options, ledger, time, logger);
        _users = new WorkerUsers(options);
        _root = Directory.CreateTempSubdirectory($"qurehost-workers-{Environment.ProcessId}-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode enter = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | (options.FirstUser is null ? 0 : enter));
        }
    }

    /// <summary>Plugin processes that are alive.</summary>
    public IReadOnlyList<WorkerView> Workers => [.. _workers.SelectMany(w => w.Value.View(w.Key))];

    /// <inheritdoc/>
    public async Task<RunOutcome> RunAsync(Plugin plugin, RunInfo info, JsonElement settings, IRunHost host, RunClock clock, CancellationToken ct)
    {
        var workers = WorkersOf(plugin);
        var began = _time.GetTimestamp();
        double Seconds() => _time.GetElapsedTime(began).TotalSeconds;
        PluginProcess process;
        var alone = _suspects.ContainsKey(info.RunId);
        try
        {
            using (clock.Wait())
            {
                process = await workers.TakeAsync(alone, ct);
            }
        }
        catch (WorkerStartException e)
        {
            return new RunOutcome(RunEnd.Failed, e.Message, Retry: e.State is null, Seconds());
        }
        catch (OperationCanceledException)
        {
            return new RunOutcome(RunEnd.Cancelled, "It was cancelled.", Retry: false, Seconds());
        }

        try
        {
            var outcome = await RunInAsync(process, plugin, info, settings, host, clock, ct);
            if (outcome.End is RunEnd.Finished or RunEnd.Cancelled)
            {
                _suspects.TryRemove(info.RunId, out _);
            }

            return outcome;
        }
        finally
        {
            await workers.GiveBackAsync(process, alone);
        }
    }

    /// <summary>Starts a plugin's first process before its first run.</summary>
    public Task WarmAsync(Plugin plugin) => WorkersOf(plugin).WarmAsync();

    /// <summary>Ends the processes of versions that no new run will use, each when its runs are done.</summary>
    public void Retire(Func<Plugin, bool> isCurrent)
    {
        foreach (var (plugin, workers) in _workers)
        {
            if (!isCurrent(plugin))
            {
                workers.Retire();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await Task.WhenAll(_workers.Values.Select(w => w.DisposeAsync().AsTask()));
        try
        {
            Directory.Delete(_root, recursive: true);
        }
        catch (IOException)
        {
            // A temporary folder: the system takes it away.
        }
    }

    private PluginWorkers WorkersOf(Plugin plugin) => _workers.GetOrAdd(
        plugin,
        p => new PluginWorkers(p, token => PluginProcess.StartAsync(p, WorkerFolder.Make(_root, p, _users.Of(p.Id), _options), _options, _time, _logger, token), _options, _time, _stop.Token));

    private async Task<RunOutcome> RunInAsync(PluginProcess process, Plugin plugin, RunInfo info, JsonElement settings, IRunHost host, RunClock clock, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var run = new HostedRun(info, plugin.Manifest!, settings, host, clock, _options.Limits, stop.Cancel);
        using var session = new RunSession(info.RunId, run, host, _memory, _options.RunBytes, process.SendAsync, stop.Token);
        clock.Restart();
        await process.StartAsync(session, info, settings);
        var over = Task.WhenAny(session.Ended, process.Died);
        var verdict = await RunWatch.WatchAsync(over, plugin.Manifest!, clock, _time, stop.Token);
        var hung = false;
        if (!over.IsCompleted)
        {
            await stop.CancelAsync();
            await process.SendAsync(new Stop(info.RunId));
            await Task.WhenAny(over, Task.Delay(_options.Grace, _time, CancellationToken.None));
            if (hung = !over.IsCompleted)
            {
                // It does not listen. Whoever else runs in there is released; it is known whose fault it is.
                process.Blame(info.RunId);
                process.Kill("a run in it did not end when it was told to");
            }
        }

        session.Dispose();
        process.Detach(session);
        var seconds = clock.Total.TotalSeconds;
        if (hung)
        {
            await process.Died;
        }

        if (ct.IsCancellationRequested)
        {
            return new RunOutcome(RunEnd.Cancelled, "It was cancelled.", Retry: false, seconds);
        }

        if (run.Broken is { } broken)
        {
            LogBroken(_logger, plugin.Id, broken.Message);
            return new RunOutcome(RunEnd.Failed, $"It broke the contract: {broken.Message}", Retry: false, seconds);
        }

        if (hung)
        {
            return await ChargeAsync(plugin, info, verdict ?? "It did not end when it was told to.", seconds);
        }

        if (verdict is not null)
        {
            return new RunOutcome(RunEnd.Failed, verdict, Retry: true, seconds);
        }

        return session.Ended.IsCompletedSuccessfully
            ? Judge(await session.Ended, seconds)
            : await CrashedAsync(process, plugin, info, await process.Died, seconds);
    }

    private static RunOutcome Judge(Fault? fault, double seconds) => fault switch
    {
        null => new RunOutcome(RunEnd.Finished, null, Retry: false, seconds),
        { Kind: FaultKind.Contract } => new RunOutcome(RunEnd.Failed, $"It broke the contract: {LocalRun.Shorten(fault.Message)}", Retry: false, seconds),
        { Kind: FaultKind.Model } => new RunOutcome(RunEnd.Failed, LocalRun.Shorten(fault.Message), Retry: false, seconds),
        { Kind: FaultKind.Pixels } => new RunOutcome(RunEnd.Failed, LocalRun.Shorten(fault.Message), Retry: true, seconds),
        _ => new RunOutcome(RunEnd.Failed, $"{LocalRun.Shorten(fault.Exception ?? fault.Kind.ToString())}: {LocalRun.Shorten(fault.Message)}", Retry: true, seconds),
    };

    private async Task<RunOutcome> CrashedAsync(PluginProcess process, Plugin plugin, RunInfo info, string reason, double seconds)
    {
        var culprit = process.Culprit;
        if (culprit == info.RunId)
        {
            return await ChargeAsync(plugin, info, $"Its process ended: {reason}.", seconds);
        }

        if (culprit is null)
        {
            _suspects[info.RunId] = true;
        }

        return new RunOutcome(RunEnd.Released, "Another run ended the process that this one shared with it; it is run again.", Retry: true, seconds);
    }

    private async Task<RunOutcome> ChargeAsync(Plugin plugin, RunInfo info, string reason, double seconds)
    {
        _suspects[info.RunId] = true;   // its next attempt takes nobody down with it
        var studies = await _ledger.CrashedAsync(plugin.Id, plugin.Version!, info.Site, info.StudyUid, info.RunId, reason, CancellationToken.None);
        LogCrashed(_logger, plugin.Id, plugin.Version!, studies, reason);
        if (studies < _options.StudiesBeforeQuarantine || plugin.State == PluginState.Quarantined)
        {
            return new RunOutcome(RunEnd.Failed, reason, Retry: true, seconds);
        }

        var why = $"Version {plugin.Version} crashed on {studies} different studies, the last time so: {reason} Enable it to try it again, or go back to another version.";
        await _ledger.QuarantineAsync(plugin.Id, plugin.Version!, why, CancellationToken.None);
        plugin.Set(PluginState.Quarantined, why);
        LogQuarantined(_logger, plugin.Id, plugin.Version!, studies);
        return new RunOutcome(RunEnd.Failed, reason, Retry: true, seconds, Quarantined: why);
    }

    [LoggerMessage(EventId = 5210, Level = LogLevel.Warning, Message = "Product {Product} broke the contract: {Rule}")]
    private static partial void LogBroken(ILogger logger, string product, string rule);

    [LoggerMessage(EventId = 5211, Level = LogLevel.Error, Message = "Plugin {Product} {Version} crashed, on {Studies} different studies so far: {Reason}")]
    private static partial void LogCrashed(ILogger logger, string product, string version, int studies, string reason);

    [LoggerMessage(EventId = 5212, Level = LogLevel.Error, Message = "Plugin {Product} {Version} is quarantined after crashes on {Studies} different studies")]
    private static partial void LogQuarantined(ILogger logger, string product, string version, int studies);
}

/// <summary>A plugin's process, for an operator.</summary>
/// <param name="Product">Plugin id.</param>
/// <param name="Version">Its version.</param>
/// <param name="ProcessId">Process id.</param>
/// <param name="Runs">Runs under way in it.</param>
/// <param name="ResidentBytes">Private memory.</param>
public sealed record WorkerView(string Product, string Version, int ProcessId, int Runs, long ResidentBytes);
