using System.Collections.Concurrent;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>Many random workloads under every policy: what held, and the table.</summary>
public sealed class Campaign
{
    private readonly ConcurrentBag<string> _broken = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PolicyTally> _tallies = Policies.All.ToDictionary(p => p.Name, p => new PolicyTally(p.Name));
    private readonly List<double> _routineRatios = [];
    private double _worst = double.NegativeInfinity;
    private int _worstSeed;

    private Campaign()
    {
    }

    public int Workloads { get; private set; }

    /// <summary>What broke a bound, with its seed: empty where all held.</summary>
    public IReadOnlyList<string> Broken => [.. _broken.Order()];

    /// <summary>The latest stat job, beyond one longest tile and one longest load of its workload: zero or less where the bound holds.</summary>
    public double WorstBeyondBoundSeconds => _worst;

    /// <summary>The latest stat job as a share of its workload's bound: 1 is at the bound.</summary>
    public double WorstShareOfBound { get; private set; } = double.NegativeInfinity;

    public int WorstSeed => _worstSeed;

    public IReadOnlyList<PolicyTally> Tallies => [.. Policies.All.Select(p => _tallies[p.Name])];

    /// <summary>Our median routine latency over the best median among policies without a stat miss, workload by workload, sorted.</summary>
    public IReadOnlyList<double> RoutineRatios { get; private set; } = [];

    /// <summary>Plays the workloads of seeds <paramref name="first"/>…, with all policies where <paramref name="compare"/>.</summary>
    public static Campaign Run(int first, int count, bool compare, int parallel, Action<int>? progress = null, CancellationToken ct = default)
    {
        var campaign = new Campaign();
        var done = 0;
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = ct }, seed =>
        {
            campaign.Play(seed, compare);
            progress?.Invoke(Interlocked.Increment(ref done));
        });
        campaign.Workloads = count;
        campaign._routineRatios.Sort();
        campaign.RoutineRatios = campaign._routineRatios;
        return campaign;
    }

    private void Play(int seed, bool compare)
    {
        try
        {
            var workload = RandomWorkload.Feasible(seed);
            var bound = workload.LongestTileSeconds + workload.LongestLoadSeconds;
            var ours = VirtualMachine.Run(workload, Policies.Lanes);
            var again = VirtualMachine.Run(workload, Policies.Lanes);
            Check(seed, ours.Trace == again.Trace, "the replay was not identical");
            Check(seed, ours.Unfinished.Count == 0, $"{ours.Unfinished.Count} jobs were never done");
            var latest = ours.Jobs.Where(j => j.Lane == Lane.Stat).Select(workload.LatenessBesideOutages).DefaultIfEmpty(double.NegativeInfinity).Max();
            Check(seed, latest <= bound + 1e-6, $"a stat job was {latest:F3} s late; the bound is {bound:F3} s");
            SimulationRun[] runs = compare ? [ours, .. Policies.All.Skip(1).Select(p => VirtualMachine.Run(workload, p))] : [ours];
            lock (_gate)
            {
                if (latest - bound > _worst)
                {
                    _worst = latest - bound;
                }

                if (latest / bound > WorstShareOfBound)
                {
                    (WorstShareOfBound, _worstSeed) = (latest / bound, seed);
                }

                var medians = new List<double>();
                foreach (var run in runs)
                {
                    var misses = run.Jobs.Count(j => j.Lane == Lane.Stat && workload.LatenessBesideOutages(j) > bound + 1e-6);
                    _tallies[run.Policy].Add(run, misses);
                    if (misses == 0)
                    {
                        medians.Add(Percentiles.Of(run.Jobs.Where(j => j.Lane == Lane.Routine).Select(j => j.LatencySeconds), .5));
                    }
                }

                var mine = Percentiles.Of(ours.Jobs.Where(j => j.Lane == Lane.Routine).Select(j => j.LatencySeconds), .5);
                if (compare && medians.Count > 1 && mine > 0)
                {
                    _routineRatios.Add(mine / medians.Min());
                }
            }
        }
        catch (Exception e) when (e is AuditException or InvalidOperationException or KeyNotFoundException)
        {
            _broken.Add($"seed {seed}: {e.Message}");
        }
    }

    private void Check(int seed, bool holds, string otherwise)
    {
        if (!holds)
        {
            _broken.Add($"seed {seed}: {otherwise}");
        }
    }
}

/// <summary>What a policy did over all workloads.</summary>
public sealed class PolicyTally(string policy)
{
    private readonly List<float>[] _latencies = [[], [], [], []];
    private double _busy;
    private double _time;

    public string Policy => policy;

    /// <summary>Stat jobs later than one tile and one load after their due time.</summary>
    public int StatMisses { get; private set; }

    public int WorkloadsWithMisses { get; private set; }

    /// <summary>Stat jobs after their due time at all.</summary>
    public int StatLate { get; private set; }

    public int StatJobs { get; private set; }

    public double WorstStatTardiness { get; private set; } = double.NegativeInfinity;

    public double Utilisation => _time > 0 ? _busy / _time : 0;

    public double Latency(Lane lane, double percentile) => Percentiles.Of(_latencies[(int)lane].Select(f => (double)f), percentile);

    internal void Add(SimulationRun run, int misses)
    {
        StatMisses += misses;
        WorkloadsWithMisses += misses > 0 ? 1 : 0;
        _busy += run.BusySeconds;
        _time += run.Ended.TotalSeconds * run.Workload.Options.Devices.Count;
        foreach (var job in run.Jobs)
        {
            _latencies[(int)job.Lane].Add((float)job.LatencySeconds);
            if (job.Lane == Lane.Stat)
            {
                StatJobs++;
                var late = run.Workload.LatenessBesideOutages(job);
                StatLate += late > 1e-6 ? 1 : 0;
                WorstStatTardiness = Math.Max(WorstStatTardiness, late);
            }
        }
    }
}

/// <summary>Percentiles by the nearest rank.</summary>
public static class Percentiles
{
    public static double Of(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
