using System.Text.Json;
using Microsoft.Extensions.Logging;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>
/// Runs a product inside this process: one attempt at a time, watched by heartbeat and timeout. Whatever the product
/// does short of ending the process fails this attempt and nothing else.
/// </summary>
public sealed partial class ProductRunner(TimeProvider time, ILogger<ProductRunner> logger) : IProductRunner
{
    private const int AbandonedBeforeQuarantine = 3;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Plugin, int> _abandoned = new();

    /// <summary>How long a product may take to return after it was told to.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much a run may say.</summary>
    public ResultLimits Limits { get; init; } = new();

    /// <inheritdoc/>
    public async Task<RunOutcome> RunAsync(Plugin plugin, RunInfo info, JsonElement settings, IRunHost host, RunClock clock, CancellationToken ct)
    {
        var manifest = plugin.Manifest ?? throw new InvalidOperationException($"Plugin '{plugin.Id}' has no manifest.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var run = new HostedRun(info, manifest, settings, host, clock, Limits, stop.Cancel);
        clock.Restart();

        // A thread of its own: a product may compute for minutes before its first await.
        var task = Task.Factory.StartNew(
            () => ExecuteAsync(plugin, run, stop.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).Unwrap();
        var verdict = await RunWatch.WatchAsync(task, manifest, clock, time, stop.Token);
        if (!task.IsCompleted)
        {
            await stop.CancelAsync();
            await Task.WhenAny(task, Task.Delay(Grace, time, CancellationToken.None));
        }

        run.End();
        var abandoned = !task.IsCompleted;
        if (abandoned)
        {
            Abandon(plugin, task);
        }

        var seconds = clock.Total.TotalSeconds;
        if (ct.IsCancellationRequested)
        {
            return new RunOutcome(RunEnd.Cancelled, "It was cancelled.", Retry: false, seconds, abandoned);
        }

        return verdict is not null
            ? new RunOutcome(RunEnd.Failed, verdict, Retry: true, seconds, abandoned)
            : Judge(plugin.Id, task, run, seconds) with { Abandoned = abandoned };
    }

    internal static async Task ExecuteAsync(Plugin plugin, HostedRun run, CancellationToken ct)
    {
        var product = plugin.Create();
        try
        {
            await product.RunAsync(run, ct);
        }
        finally
        {
            switch (product)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }

    private RunOutcome Judge(string product, Task task, HostedRun run, double seconds)
    {
        if (run.Broken is { } broken)
        {
            LogBroken(logger, product, broken.Message);
            return new RunOutcome(RunEnd.Failed, $"It broke the contract: {broken.Message}", Retry: false, seconds);
        }

        if (task.IsCompletedSuccessfully)
        {
            return new RunOutcome(RunEnd.Finished, null, Retry: false, seconds);
        }

        var error = task.Exception?.GetBaseException() ?? new OperationCanceledException();
        LogThrew(logger, product, error.GetType().FullName, error.StackTrace);
        return error switch
        {
            ModelUnavailableException or ContractException => new RunOutcome(RunEnd.Failed, error.Message, Retry: false, seconds),
            PixelsUnavailableException => new RunOutcome(RunEnd.Failed, error.Message, Retry: true, seconds),
            _ => new RunOutcome(RunEnd.Failed, $"{error.GetType().Name}: {LocalRun.Shorten(error.Message)}", Retry: true, seconds),
        };
    }

    private void Abandon(Plugin plugin, Task task)
    {
        _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var count = _abandoned.AddOrUpdate(plugin, 1, static (_, n) => n + 1);
        LogAbandoned(logger, plugin.Id, count);
        if (count >= AbandonedBeforeQuarantine)
        {
            plugin.Set(PluginState.Malfunctioned, $"{count} of its runs did not return when told to; their threads still take the host's time. Restart the host to try it again.");
        }
    }

    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "Product {Product} broke the contract: {Rule}")]
    private static partial void LogBroken(ILogger logger, string product, string rule);

    // The message may quote the study; the type and the stack do not.
    [LoggerMessage(EventId = 5102, Level = LogLevel.Warning, Message = "Product {Product} threw {Type} {Stack}")]
    private static partial void LogThrew(ILogger logger, string product, string? type, string? stack);

    [LoggerMessage(EventId = 5103, Level = LogLevel.Error, Message = "Product {Product} did not return when told to ({Count} times)")]
    private static partial void LogAbandoned(ILogger logger, string product, int count);
}
