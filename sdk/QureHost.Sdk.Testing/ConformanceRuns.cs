using System.Text;
using System.Text.Json;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk.Testing;

/// <summary>What a watched run said and did.</summary>
internal sealed record WatchedOutcome(bool Returned, string? Error, string? Broken, IReadOnlyList<Result> Results, IReadOnlyList<string> OpenLeases, IReadOnlyList<(ConformanceRule Rule, string Problem)> Problems);

/// <summary>The runs of a conformance check: each watched as the host watches, by heartbeat and timeout.</summary>
internal sealed class ConformanceRuns(PluginManifest manifest, Func<IProduct> create, IStudy study, LocalModels models, ConformanceOptions options)
{
    private static readonly JsonElement NoSettings = JsonDocument.Parse("{}").RootElement;

    public PluginManifest Manifest => manifest;

    /// <summary>A whole run.</summary>
    public Task<WatchedOutcome> RunAsync(CancellationToken ct) => RunAsync(cancelAtOnce: false, ct);

    /// <summary>A run that is cancelled as soon as it calls the host.</summary>
    public Task<WatchedOutcome> CancelAsync(CancellationToken ct) => RunAsync(cancelAtOnce: true, ct);

    private async Task<WatchedOutcome> RunAsync(bool cancelAtOnce, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watch = new RunWatch { FirstCall = cancelAtOnce ? stop.Cancel : null };
        var local = new LocalRun(manifest, study, NoSettings, models, progress: null);
        var run = new WatchedRun(local, manifest, watch);
        var (output, error) = (Console.Out, Console.Error);
        var console = new StringWriter();
        Console.SetOut(console);
        Console.SetError(console);
        try
        {
            // A thread of its own: a product may compute for minutes before its first await.
            var task = Task.Factory.StartNew(() => ExecuteAsync(run, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            await WatchAsync(task, watch, stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested && !await EndsAsync(task).ConfigureAwait(false))
            {
                watch.Add(ConformanceRule.Cancels, $"It did not return within {options.Grace.TotalSeconds:0.#} s of being cancelled.");
            }

            watch.End();
            var standing = local.Results;
            await Task.Delay(options.Afterwards, ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            var text = console.ToString();
            foreach (var what in Identity().Where(i => text.Contains(i.Value, StringComparison.OrdinalIgnoreCase)).Select(i => i.What))
            {
                watch.Add(ConformanceRule.Quiet, $"It writes the patient's {what} to the console.");
            }

            var failure = task.IsFaulted ? task.Exception!.GetBaseException() : null;
            return new WatchedOutcome(
                task.IsCompleted,
                failure is null ? (task.IsCompleted ? null : "It did not return.") : $"{failure.GetType().Name}: {failure.Message}",
                local.Broken?.Message,
                standing,
                watch.OpenLeases,
                watch.Problems);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private async Task ExecuteAsync(WatchedRun run, CancellationToken ct)
    {
        var product = create();
        try
        {
            await product.RunAsync(run, ct).ConfigureAwait(false);
        }
        finally
        {
            switch (product)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync().ConfigureAwait(false);
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }

    private async Task WatchAsync(Task task, RunWatch watch, CancellationTokenSource stop)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!task.IsCompleted && !stop.IsCancellationRequested)
        {
            await Task.WhenAny(task, Task.Delay(20, CancellationToken.None)).ConfigureAwait(false);
            if (!task.IsCompleted && watch.Silent.TotalSeconds > manifest.HeartbeatSeconds)
            {
                watch.Add(ConformanceRule.Heartbeat, $"It gave no sign of life for {manifest.HeartbeatSeconds:0.###} s.");
                await stop.CancelAsync().ConfigureAwait(false);
            }
            else if (!task.IsCompleted && clock.Elapsed.TotalSeconds > manifest.TimeoutSeconds)
            {
                watch.Add(ConformanceRule.Heartbeat, $"It was not done after {manifest.TimeoutSeconds:0.###} s.");
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> EndsAsync(Task task) => await Task.WhenAny(task, Task.Delay(options.Grace, CancellationToken.None)).ConfigureAwait(false) == task;

    /// <summary>What names the patient (PS3.15 §E.1): no log of a plugin needs it.</summary>
    private IEnumerable<(string What, string Value)> Identity()
    {
        foreach (var (what, tag) in new (string, uint)[] { ("name", 0x00100010), ("ID", TagNumbers.PatientId), ("birth date", TagNumbers.PatientBirthDate), ("accession number", TagNumbers.AccessionNumber) })
        {
            if (study.Tags.Text(tag) is { Length: > 2 } value)
            {
                yield return (what, value);
            }
        }
    }
}
