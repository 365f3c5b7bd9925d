using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>
/// A policy under comparison: an order of service. Residency, loading and batching are the scheduler's for all of them, so
/// that what differs in a table is the order alone.
/// </summary>
public interface ISimulatedPolicy
{
    string Name { get; }

    /// <summary>The scheduler's constants under this policy.</summary>
    SchedulerOptions Options(SchedulerOptions options);

    /// <summary>A work as this policy sees it.</summary>
    Work Place(Work work);
}

/// <summary>The policies that are compared.</summary>
public static class Policies
{
    /// <summary>Ours: earliest deadline first within lanes, fair shares in the lower two, aging.</summary>
    public static ISimulatedPolicy Lanes { get; } = new LanePolicy();

    /// <summary>Jobs in the order they came.</summary>
    public static ISimulatedPolicy Fifo { get; } = new FifoPolicy();

    /// <summary>Lanes by weight 8 : 4 : 2 : 1, as Triton's rate limiter weighs priorities; first come first served within.</summary>
    public static ISimulatedPolicy Weighted { get; } = new ShareByLanePolicy("weighted priority", [8, 4, 2, 1]);

    /// <summary>Lanes in turn, first come first served within.</summary>
    public static ISimulatedPolicy RoundRobin { get; } = new ShareByLanePolicy("round robin of lanes", [1, 1, 1, 1]);

    public static IReadOnlyList<ISimulatedPolicy> All { get; } = [Lanes, Fifo, Weighted, RoundRobin];

    private sealed class LanePolicy : ISimulatedPolicy
    {
        public string Name => "lanes, deadlines (ours)";

        public SchedulerOptions Options(SchedulerOptions options) => options;

        public Work Place(Work work) => work;
    }

    private sealed class FifoPolicy : ISimulatedPolicy
    {
        public string Name => "first in, first out";

        public SchedulerOptions Options(SchedulerOptions options) => options;

        public Work Place(Work work) => work with { Lane = Lane.Urgent, Due = work.Since ?? TimeSpan.Zero };
    }

    private sealed class ShareByLanePolicy(string name, double[] weights) : ISimulatedPolicy
    {
        private static readonly TimeSpan Never = TimeSpan.FromDays(3650);

        public string Name => name;

        public SchedulerOptions Options(SchedulerOptions options) => options with
        {
            FairStretch = 1e9,   // by due time, which here is arrival
            FairTurn = TimeSpan.Zero,
            RoutineAges = Never,
            BackgroundAges = Never,
            Weights = Enum.GetValues<Lane>().ToDictionary(lane => lane.ToString(), lane => weights[(int)lane]),
        };

        // Fair shares between lanes instead of sites; within one, the job that came first.
        public Work Place(Work work) => work with { Lane = Lane.Routine, Site = work.Lane.ToString(), Product = "", Due = work.Since ?? TimeSpan.Zero };
    }
}
