using System.Collections.Concurrent;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline;

/// <summary>
/// Shares the processor between runs by lane: a run at a checkpoint waits while a run of a more urgent lane computes. One
/// that waits for slices or for a model does not compute, and holds nobody up; but the short waits between two of its steps
/// give nobody a turn, since a slab of another run would outlast them.
/// </summary>
internal sealed class LaneGate(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>A wait that is shorter is a step between two others.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// A single checkpoint waits no longer for stat runs, which their own heartbeat and timeout end long before that if they
    /// are bad ones, and no longer for others.
    /// </summary>
    private static readonly TimeSpan LongestForStat = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<RunClock, Seen> _runs = new();

    public void Enter(RunClock clock, Lane lane) => _runs[clock] = new Seen(lane) { BusyAt = time.GetTimestamp() };

    public void Leave(RunClock clock) => _runs.TryRemove(clock, out _);

    public async ValueTask PassAsync(Lane lane, CancellationToken ct)
    {
        if (lane == Lane.Stat)
        {
            return;
        }

        var start = time.GetTimestamp();
        while (MostUrgentThatComputes() is { } other && other < lane
            && time.GetElapsedTime(start) < (other == Lane.Stat ? LongestForStat : Longest))
        {
            await Task.Delay(Look, time, ct);
        }
    }

    private Lane? MostUrgentThatComputes()
    {
        Lane? most = null;
        foreach (var (clock, seen) in _runs)
        {
            if (!clock.IsWaiting)
            {
                seen.BusyAt = time.GetTimestamp();
            }

            if ((most is null || seen.Lane < most) && time.GetElapsedTime(seen.BusyAt) < Step)
            {
                most = seen.Lane;
            }
        }

        return most;
    }

    private sealed class Seen(Lane lane)
    {
        private long _busyAt;

        public Lane Lane => lane;

        /// <summary>When it was last seen computing.</summary>
        public long BusyAt
        {
            get => Volatile.Read(ref _busyAt);
            set => Volatile.Write(ref _busyAt, value);
        }
    }
}
