using QureHost.Scheduling;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>Turns a scenario into the workload of a virtual machine.</summary>
public static class ScenarioWorkload
{
    public static Workload Of(Scenario scenario)
    {
        // A tile's time is its time on the first kind; the model's speed says how much faster the others are.
        var kind = scenario.Devices[0].Kind;
        var stat = scenario.Products.Where(p => p.Enabled && p.Lane == Lane.Stat).Select(p => p.Model).ToHashSet();
        return new Workload
        {
            Seed = scenario.Seed,
            Noise = scenario.Noise,
            Options = new SchedulerOptions
            {
                Devices = [.. scenario.Devices.Select((d, i) => new DeviceFacts(i, Bytes(d.MemoryMb), d.Kind))],
                LongestBatch = TimeSpan.FromSeconds(scenario.Policy.LongestBatchSeconds),
                BatchWindow = TimeSpan.FromSeconds(scenario.Policy.BatchWindowSeconds),
                RoutineAges = TimeSpan.FromMinutes(scenario.Policy.RoutineAgesMinutes),
                BackgroundAges = TimeSpan.FromMinutes(scenario.Policy.BackgroundAgesMinutes),
            },
            Models = [.. scenario.Models.Select(m => new SimulatedModel(
                new ModelFacts(m.Name, Bytes(m.MemoryMb), Pinned: stat.Contains(m.Name), Preload: true, m.MaxBatch, m.Seconds[kind]),
                m.LoadSeconds,
                m.BatchGain,
                m.Seconds.ToDictionary(s => s.Key, s => m.Seconds[kind] / s.Value)))],
            Jobs = Jobs(scenario, kind),
            Outages = [.. scenario.Outages.Select(o => new Outage(
                scenario.Devices.ToList().FindIndex(d => d.Name == o.Device),
                TimeSpan.FromSeconds(o.FromSeconds),
                TimeSpan.FromSeconds(o.FromSeconds + o.ForSeconds)))],
        };
    }

    private static IReadOnlyList<SimulatedJob> Jobs(Scenario scenario, string kind)
    {
        var jobs = new List<SimulatedJob>();
        var number = 0;
        foreach (var product in scenario.Products)
        {
            var random = new Random(HashCode(scenario.Seed, number++));
            if (!product.Enabled || product.Model is null)
            {
                continue;
            }

            var model = scenario.Models.First(m => m.Name == product.Model);
            foreach (var at in product.Arrivals ?? Poisson(random, product.PerHour, scenario.Hours))
            {
                var whole = Math.Floor(product.Calls);
                jobs.Add(new SimulatedJob
                {
                    Id = 0,
                    At = TimeSpan.FromSeconds(at),
                    Due = TimeSpan.FromSeconds(at + product.DeadlineSeconds),
                    Lane = product.Lane,
                    Model = model.Name,
                    Site = product.Site,
                    Product = product.Id,
                    Tiles = Math.Max(1, (int)whole + (random.NextDouble() < product.Calls - whole ? 1 : 0)),
                    TileSeconds = model.Seconds[kind],
                    BatchKey = model.MaxBatch > 1 ? "" : null,
                    ThinkSeconds = product.CpuSeconds,
                });
            }
        }

        return [.. jobs.OrderBy(j => j.At).ThenBy(j => j.Product, StringComparer.Ordinal).Select((j, i) => j with { Id = i })];
    }

    private static List<double> Poisson(Random random, double perHour, double hours)
    {
        var arrivals = new List<double>();
        for (var at = perHour > 0 ? Gap(random, perHour) : double.PositiveInfinity; at < hours * 3600; at += Gap(random, perHour))
        {
            arrivals.Add(at);
        }

        return arrivals;
    }

    private static double Gap(Random random, double perHour) => -Math.Log(1 - random.NextDouble()) * 3600 / perHour;

    private static int HashCode(int seed, int number) => unchecked((seed * 7919) + (number * 104729));

    private static long Bytes(double megabytes) => (long)(megabytes * (1 << 20));
}
