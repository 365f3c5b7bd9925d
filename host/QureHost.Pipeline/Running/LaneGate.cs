using System.Collections.Concurrent;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline;

/// <summary>
/// Shares the processor between runs by lane: a run at a checkpoint waits while a run of a more urgent lane computes. One
/// that waits for slices or for a model does not compute, and holds nobody up.
/// </summary>
internal sealed class LaneGate(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(15);

    /// <summary>A single checkpoint waits no longer: a product in a more urgent lane may be a bad one.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<RunClock, Lane> _runs = new();

    public void Enter(RunClock clock, Lane lane) => _runs[clock] = lane;

    public void Leave(RunClock clock) => _runs.TryRemove(clock, out _);

    public async ValueTask PassAsync(Lane lane, CancellationToken ct)
    {
        if (lane == Lane.Stat)
        {
            return;
        }

        var start = time.GetTimestamp();
        while (_runs.Any(run => run.Value < lane && !run.Key.IsWaiting) && time.GetElapsedTime(start) < Longest)
        {
            await Task.Delay(Look, time, ct);
        }
    }
}
