using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>Random workloads whose stat jobs preemptive earliest deadline first gets done in time. A seed stands for one.</summary>
public static class RandomWorkload
{
    private const long Mega = 1 << 20;

    /// <summary>The workload of a seed. Deadlines are loosened, and then stat jobs left out, until it is feasible.</summary>
    public static Workload Feasible(int seed)
    {
        var random = new Random(seed);
        var workload = Draw(random, seed);
        for (var tries = 0; PreemptiveEdf.WorstTardiness(workload) > 0; tries++)
        {
            workload = workload with
            {
                Jobs = [.. workload.Jobs
                    .Where(j => j.Lane != Lane.Stat || tries < 4 || random.Next(4) > 0)
                    .Select(j => j.Lane == Lane.Stat ? j with { Due = j.At + ((j.Due - j.At) * 1.3) } : j)],
            };
        }

        return workload;
    }

    private static Workload Draw(Random random, int seed)
    {
        var devices = random.Next(10) switch { < 6 => 1, < 9 => 2, _ => 3 };
        var count = random.Next(2, 8);
        var longestTile = Between(random, .08, .6);
        var models = Enumerable.Range(0, count).Select(i => new ModelFacts(
            $"m{i}", random.Next(10, 60) * Mega,
            Pinned: i == 0 || (i == 1 && random.Next(2) == 0),
            Preload: random.Next(4) == 0,
            MaxBatch: random.Next(3) == 0 ? random.Next(2, 9) : 1)).ToArray();
        var pinned = models.Where(m => m.Pinned).Sum(m => m.MemoryBytes);
        var largest = models.Where(m => !m.Pinned).Select(m => m.MemoryBytes).DefaultIfEmpty().Max();
        var budget = pinned + largest + (random.Next(3) == 0 ? 0 : random.Next(0, 200) * Mega);
        var seconds = Between(random, 5, 15);
        var late = random.Next(8) == 0;
        var workload = new Workload
        {
            Seed = seed,
            Noise = random.Next(3) == 0 ? 0 : .15,
            Options = new SchedulerOptions
            {
                Devices = [.. Enumerable.Range(0, devices).Select(i => new DeviceFacts(i, budget))],
                BatchWindow = random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(random.Next(5, 60)),
                LongestBatch = TimeSpan.FromSeconds(longestTile * .8),
                RoutineAges = TimeSpan.FromSeconds(Between(random, 2, 8)),
                BackgroundAges = TimeSpan.FromSeconds(Between(random, 2, 10)),
                LiftedDue = TimeSpan.FromSeconds(Between(random, .5, 3)),
            },
            Models = [.. models.Select((m, i) => new SimulatedModel(m, Between(random, .05, 2), random.Next(2) * Between(random, 0, .9), EnabledAt: i == 0 && late ? TimeSpan.FromSeconds(seconds / 3) : default))],
            Jobs = [],
            Outages = late || random.Next(5) > 0 ? [] : [Lose(random, devices, seconds)],
        };
        return workload with { Jobs = Jobs(random, workload, longestTile, seconds, devices) };
    }

    private static Outage Lose(Random random, int devices, double seconds)
    {
        var from = Between(random, 1, seconds * .8);
        return new Outage(random.Next(devices), TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(from + Between(random, .3, 4)));
    }

    private static IReadOnlyList<SimulatedJob> Jobs(Random random, Workload workload, double longestTile, double seconds, int devices)
    {
        var statModels = workload.Models.Where(m => m.Facts.Pinned).ToArray();
        double[] use = [Between(random, .05, .75), Between(random, 0, .3), Between(random, .05, .8), Between(random, 0, .5)];
        var burst = random.Next(3) == 0;
        var tileOf = workload.Models.ToDictionary(m => m.Facts.Model, _ => random.Next(4) == 0 ? longestTile : longestTile * Between(random, .05, 1));
        var jobs = new List<SimulatedJob>();
        foreach (var lane in Enum.GetValues<Lane>())
        {
            // Until the lane has its share of the devices' time: in the stat lane that shapes the hard instances.
            for (double left = use[(int)lane] * seconds * devices; left > 0 && jobs.Count < 200;)
            {
                var models = lane == Lane.Stat ? statModels : workload.Models;
                var model = models[random.Next(models.Count())];
                var tiles = random.Next(3) == 0 ? 1 : random.Next(1, 11);
                var key = model.Facts.MaxBatch > 1 && random.Next(4) > 0 ? $"k{random.Next(2)}" : null;
                var tile = tileOf[model.Facts.Model] * (key == "k1" ? .5 : 1);   // a shape's cost is its own
                var opens = model.EnabledAt.TotalSeconds;
                var at = burst && lane == Lane.Stat ? opens + (Math.Floor(random.NextDouble() * 4) / 4 * (seconds - opens)) : opens + (random.NextDouble() * (seconds - opens));
                at = Math.Max(at, opens > 0 ? opens + .001 : 0);
                var alone = tiles * tile;
                var slack = lane switch
                {
                    Lane.Stat => random.Next(3) == 0 ? Between(random, 1, 1.5) : Between(random, 1, 6),
                    Lane.Urgent => Between(random, 2, 10),
                    _ => Between(random, 4, 40),
                };
                jobs.Add(new SimulatedJob
                {
                    Id = jobs.Count,
                    At = TimeSpan.FromSeconds(at),
                    Due = TimeSpan.FromSeconds(at + (alone * slack)),
                    Lane = lane,
                    Model = model.Facts.Model,
                    Site = $"s{random.Next(3)}",
                    Product = $"p{random.Next(3)}",
                    Tiles = tiles,
                    TileSeconds = tile,
                    Ahead = random.Next(1, 5),
                    BatchKey = key,
                    ThinkSeconds = lane == Lane.Stat || random.Next(2) == 0 ? 0 : Between(random, 0, 2),
                    CancelAt = random.Next(12) == 0 ? TimeSpan.FromSeconds(at + (random.NextDouble() * alone * 3)) : null,
                });
                left -= alone;
            }
        }

        return [.. jobs.OrderBy(j => j.At).ThenBy(j => j.Id).Select((j, i) => j with { Id = i })];
    }

    private static double Between(Random random, double low, double high) => low + (random.NextDouble() * (high - low));
}
