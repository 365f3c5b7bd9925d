using System.Diagnostics;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline.Tests;

public sealed class LaneGateTests
{
    private readonly LaneGate _gate = new(TimeProvider.System);

    [Fact]
    public async Task A_routine_run_waits_at_its_checkpoint_withina_stat_run_computes_and_goes_on_when_that_waits_or_ends()
    {
        var stat = new RunClock(TimeProvider.System);
        _gate.Enter(stat, Lane.Stat);
        var routine = _gate.PassAsync(Lane.Routine, CancellationToken.None).AsTask();
        await Task.Delay(200);
        Assert.False(routine.IsCompleted);

        using (stat.Wait())
        {
            await routine.WaitAsync(TimeSpan.FromSeconds(20));
        }

        var again = _gate.PassAsync(Lane.Background, CancellationToken.None).AsTask();
        await Task.Delay(50);
        Assert.False(again.IsCompleted);
        _gate.Leave(stat);
        await again.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_stat_run_waits_for_nobody()
    {
        _gate.Enter(new RunClock(TimeProvider.System), Lane.Stat);

        Assert.True(_gate.PassAsync(Lane.Stat, CancellationToken.None).IsCompleted);
        using var cancel = new CancellationTokenSource();
        var waiting = _gate.PassAsync(Lane.Urgent, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Routine_runs_get_hardly_any_processor_time_withina_stat_run_computes_in_steps()
    {
        // The stat run's steps are 30 ms with a short wait between; four routine runs compute slabs of 2 ms all the time.
        using var over = new CancellationTokenSource();
        var slabs = 0;
        var statRuns = 0;
        var during = 0;
        var routine = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await _gate.PassAsync(Lane.Routine, CancellationToken.None);
                Spin(2);
                Interlocked.Increment(ref slabs);
                Interlocked.Add(ref during, Volatile.Read(ref statRuns));
                await Task.Yield();
            }
        })).ToArray();
        while (Volatile.Read(ref slabs) < 20)
        {
            await Task.Delay(5);
        }

        var clock = new RunClock(TimeProvider.System);
        _gate.Enter(clock, Lane.Stat);
        Volatile.Write(ref statRuns, 1);
        for (var step = 0; step < 20; step++)
        {
            Spin(30);
            using (clock.Wait())
            {
                await Task.Delay(1);
            }
        }

        Volatile.Write(ref statRuns, 0);
        _gate.Leave(clock);
        var within = Volatile.Read(ref during);
        await over.CancelAsync();
        await Task.WhenAll(routine);

        // Each of the four ends the slab it was in; a delay of the machine may let each pass once or twice more.
        Assert.InRange(within, 0, 20);
    }

    private static void Spin(int milliseconds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < milliseconds)
        {
            Thread.SpinWait(100);
        }
    }
}
