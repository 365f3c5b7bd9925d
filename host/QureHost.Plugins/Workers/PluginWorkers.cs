using QureHost.Processes;

namespace QureHost.Plugins;

/// <summary>The processes of one version of one plugin, and which of them a run goes to.</summary>
internal sealed class PluginWorkers(Plugin plugin, Func<CancellationToken, Task<PluginProcess>> start, WorkerOptions options, TimeProvider time, CancellationToken stop) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PluginProcess> _processes = [];
    private readonly Backoff _backoff = new(time, longest: TimeSpan.FromSeconds(5));
    private readonly SemaphoreSlim _alone = new(1);
    private Task<PluginProcess>? _starting;
    private int _failedStarts;
    private long _crashedAt;
    private TimeSpan _pause;
    private bool _retired;

    public IEnumerable<WorkerView> View(Plugin of)
    {
        lock (_gate)
        {
            return [.. _processes.Where(p => p.IsAlive).Select(p => new WorkerView(of.Id, of.Version ?? "", p.Id, p.Runs, p.ResidentBytes))];
        }
    }

    /// <summary>A process for one more run.</summary>
    /// <param name="alone">It shall share it with no other run.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="WorkerStartException">None can be had.</exception>
    public async Task<PluginProcess> TakeAsync(bool alone, CancellationToken ct)
    {
        if (alone)
        {
            await _alone.WaitAsync(ct);
            try
            {
                var own = await StartAsync(ct);
                own.Runs = 1;
                return own;
            }
            catch
            {
                _alone.Release();
                throw;
            }
        }

        while (true)
        {
            Task<PluginProcess> starting;
            lock (_gate)
            {
                _processes.RemoveAll(p => !p.IsAlive);
                var least = _processes.MinBy(p => p.Runs);
                if (least is not null && (least.Runs < options.RunsPerWorker || _processes.Count >= options.MostWorkers))
                {
                    least.Runs++;
                    return least;
                }

                starting = _starting ??= StartSharedAsync();
            }

            await starting.WaitAsync(ct);
        }
    }

    /// <summary>A run is over.</summary>
    public async ValueTask GiveBackAsync(PluginProcess process, bool alone)
    {
        bool end;
        lock (_gate)
        {
            process.Runs--;
            end = alone || !process.IsAlive || (_retired && process.Runs == 0);
            if (end)
            {
                _processes.Remove(process);
            }
        }

        if (alone)
        {
            _alone.Release();
        }

        if (end)
        {
            await process.DisposeAsync();
        }
        else
        {
            _ = EndIdleAsync(process);
        }
    }

    /// <summary>Starts the first process where there is none.</summary>
    public async Task WarmAsync()
    {
        Task starting;
        lock (_gate)
        {
            if (_processes.Exists(p => p.IsAlive))
            {
                return;
            }

            starting = _starting ??= StartSharedAsync();
        }

        await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>No new run comes: what is idle ends now, the rest with its last run.</summary>
    public void Retire()
    {
        PluginProcess[] idle;
        lock (_gate)
        {
            _retired = true;
            idle = [.. _processes.Where(p => p.Runs == 0)];
            _processes.RemoveAll(p => p.Runs == 0);
        }

        foreach (var process in idle)
        {
            _ = process.DisposeAsync().AsTask();
        }
    }

    public async ValueTask DisposeAsync()
    {
        PluginProcess[] all;
        Task? starting;
        lock (_gate)
        {
            (all, starting) = ([.. _processes], _starting);
            _processes.Clear();
            _retired = true;
        }

        if (starting is not null)
        {
            await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_gate)
        {
            all = [.. all, .. _processes];
            _processes.Clear();
        }

        await Task.WhenAll(all.Select(p => p.DisposeAsync().AsTask()));
        _alone.Dispose();
    }

    private async Task<PluginProcess> StartSharedAsync()
    {
        await Task.Yield();   // out of the lock
        try
        {
            var process = await StartAsync(stop);
            lock (_gate)
            {
                _processes.Add(process);
            }

            _ = EndIdleAsync(process);
            return process;
        }
        finally
        {
            lock (_gate)
            {
                _starting = null;
            }
        }
    }

    private async Task<PluginProcess> StartAsync(CancellationToken ct)
    {
        bool first;
        lock (_gate)
        {
            first = !_processes.Exists(p => p.IsAlive);
        }

        if (first)
        {
            plugin.TrySet(PluginState.Starting, "Its process is being started.", PluginState.Active);
        }

        try
        {
            if (_pause - time.GetElapsedTime(_crashedAt) is var pause && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, ct);
            }

            var process = await start(ct);
            _failedStarts = 0;
            plugin.TrySet(PluginState.Active, null, PluginState.Starting);
            _ = WatchAsync(process);
            return process;
        }
        catch (WorkerStartException e)
        {
            if (e.State is { } state)
            {
                plugin.Set(state, e.Message);
            }
            else if (Interlocked.Increment(ref _failedStarts) >= options.StartsBeforeMalfunction)
            {
                plugin.Set(PluginState.Malfunctioned, $"{e.Message} This was the {_failedStarts}th start in a row that failed; enable it to try again.");
            }
            else
            {
                plugin.TrySet(PluginState.Active, null, PluginState.Starting);
            }

            throw;
        }
        catch
        {
            plugin.TrySet(PluginState.Active, null, PluginState.Starting);
            throw;
        }
    }

    /// <summary>One that crashes makes the next one wait a little longer; one that lasts has earned that the next one starts at once.</summary>
    private async Task WatchAsync(PluginProcess process)
    {
        if (await Task.WhenAny(process.Died, Task.Delay(TimeSpan.FromSeconds(30), time, CancellationToken.None)) != process.Died)
        {
            _backoff.Succeeded();
            await process.Died;
        }

        if (!process.IsDisposed)
        {
            (_pause, _crashedAt) = (_backoff.Next(), time.GetTimestamp());
        }
    }

    private async Task EndIdleAsync(PluginProcess process)
    {
        await Task.Delay(options.IdleAfter, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (stop.IsCancellationRequested || process.Runs > 0 || _processes.Count < 2 || !_processes.Remove(process))
            {
                return;
            }
        }

        await process.DisposeAsync();
    }
}
