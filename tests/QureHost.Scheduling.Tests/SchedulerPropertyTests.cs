using QureHost.Sdk.Manifests;

namespace QureHost.Scheduling.Tests;

/// <summary>What holds for any load: seeds stand for loads, and the virtual machine checks each decision.</summary>
public sealed class SchedulerPropertyTests
{
    private const long Mega = 1 << 20;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_work_finishes_once_within_the_budget_and_no_stat_work_waits_behind_another(int seed)
    {
        var load = RandomLoad(seed, works: 150);
        var machine = new VirtualMachine(load.Options, load.Models).Run(load.Arrivals);

        Assert.Equal(load.Arrivals.Count, machine.Finished.Count);
        Assert.Equal(0, machine.Policy.QueuedCount);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_same_load_gives_the_same_decisions(int seed)
    {
        var load = RandomLoad(seed, works: 80);

        var first = new VirtualMachine(load.Options, load.Models).Run(load.Arrivals).Trace;
        var second = new VirtualMachine(load.Options, load.Models).Run(load.Arrivals).Trace;

        Assert.Equal(first, second);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_stat_work_that_preemptive_earliest_deadline_first_could_do_in_time_is_late_by_one_tile_at_most(int seed)
    {
        // The bound of non-preemptive EDF against a preemptive schedule: one tile of whatever ran when it came.
        var random = new Random(seed);
        const double Tile = .2;
        var arrivals = new List<Arrival>();
        for (var i = 0; i < 200; i++)
        {
            var at = random.NextDouble() * 60;
            var lane = random.Next(4) == 0 ? Lane.Stat : Lane.Background;
            arrivals.Add(new Arrival(Seconds(at), NewWork(i, "m", lane, at + .3 + (random.NextDouble() * 4)), Tile * (.1 + (.9 * random.NextDouble()))));
        }

        var stat = arrivals.Where(a => a.Work.Lane == Lane.Stat).ToArray();
        var feasible = PreemptiveEdfLateness(stat) <= 0;
        var machine = new VirtualMachine(OneDevice(Mega), [new ModelFacts("m", Mega, Pinned: true)], loadSeconds: 0).Run(arrivals);

        Assert.SkipUnless(feasible, "no schedule could do this load in time");
        Assert.All(stat, a => Assert.True(
            (machine.Finished[a.Work.Id] - a.Work.Due).TotalSeconds <= Tile + 1e-6,
            $"work {a.Work.Id} was {(machine.Finished[a.Work.Id] - a.Work.Due).TotalSeconds:F3} s late"));
    }

    private static double PreemptiveEdfLateness(IReadOnlyList<Arrival> works)
    {
        var left = works.ToDictionary(w => w, w => w.Seconds);
        var times = works.Select(w => w.At.TotalSeconds).Order().Append(double.MaxValue).ToArray();
        var (now, worst) = (times[0], double.MinValue);
        for (var next = 1; left.Count > 0;)
        {
            var ready = left.Keys.Where(w => w.At.TotalSeconds <= now + 1e-12).MinBy(w => w.Work.Due);
            while (next < times.Length && times[next] <= now)
            {
                next++;
            }

            if (ready is null)
            {
                now = times[next];
                continue;
            }

            var step = Math.Min(left[ready], times[next] - now);
            now += step;
            if ((left[ready] -= step) <= 1e-9)
            {
                left.Remove(ready);
                worst = Math.Max(worst, now - ready.Work.Due.TotalSeconds);
            }
        }

        return worst;
    }

    private static (SchedulerOptions Options, IReadOnlyList<ModelFacts> Models, IReadOnlyList<Arrival> Arrivals) RandomLoad(int seed, int works)
    {
        var random = new Random(seed);
        var models = Enumerable.Range(0, random.Next(1, 7))
            .Select(i => new ModelFacts($"m{i}", random.Next(10, 60) * Mega, Pinned: i == 0, Preload: i == 1, MaxBatch: random.Next(1, 9)))
            .ToArray();
        var devices = Enumerable.Range(0, random.Next(1, 3)).Select(i => new DeviceFacts(i, random.Next(120, 200) * Mega)).ToArray();
        var options = new SchedulerOptions
        {
            Devices = devices,
            BatchWindow = random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(50),
            RoutineAges = TimeSpan.FromSeconds(20),
            BackgroundAges = TimeSpan.FromSeconds(40),
        };
        var arrivals = new List<Arrival>();
        for (var i = 0; i < works; i++)
        {
            var at = random.NextDouble() * 60;
            var model = models[random.Next(models.Length)];
            var work = NewWork(i, model.Model, (Lane)random.Next(4), at + (random.NextDouble() * 30)) with
            {
                Site = $"s{random.Next(3)}",
                Product = $"p{random.Next(3)}",
                BatchKey = random.Next(3) == 0 ? null : $"k{random.Next(2)}",
            };
            arrivals.Add(new Arrival(Seconds(at), work, .02 + (random.NextDouble() * .3)));
        }

        return (options, models, arrivals);
    }

    internal static SchedulerOptions OneDevice(long memory) => new() { Devices = [new DeviceFacts(0, memory)] };

    internal static Work NewWork(long id, string model, Lane lane, double due) =>
        new() { Id = id, Model = model, Lane = lane, Due = Seconds(due), Site = "s", Product = "p" };

    internal static TimeSpan Seconds(double s) => TimeSpan.FromSeconds(s);
}
