using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>What a simulated site would see, for a file or a person.</summary>
public sealed record ScenarioReport
{
    public required string Scenario { get; init; }

    public required string Policy { get; init; }

    public required double Hours { get; init; }

    /// <summary>The longest time for which nothing is interrupted, and the longest load: a stat job later than their sum is a miss.</summary>
    public required double TileSeconds { get; init; }

    public required double LoadSeconds { get; init; }

    public required IReadOnlyList<GroupReport> Lanes { get; init; }

    public required IReadOnlyList<GroupReport> Products { get; init; }

    public required IReadOnlyList<DeviceReport> Devices { get; init; }

    public required int Loads { get; init; }

    public static ScenarioReport Of(Scenario scenario, SimulationRun run)
    {
        var w = run.Workload;
        var bound = w.LongestTileSeconds + w.LongestLoadSeconds;
        return new ScenarioReport
        {
            Scenario = scenario.Name,
            Policy = run.Policy,
            Hours = run.Ended.TotalHours,
            TileSeconds = w.LongestTileSeconds,
            LoadSeconds = w.LongestLoadSeconds,
            Lanes = [.. Enum.GetValues<Lane>().Select(lane => GroupReport.Of(lane.ToString(), lane, run.Jobs.Where(j => j.Lane == lane), bound)).Where(l => l.Jobs > 0)],
            Products = [.. run.Jobs.GroupBy(j => (j.Job.Lane, j.Job.Site, j.Job.Product)).OrderBy(g => g.Key)
                .Select(g => GroupReport.Of(scenario.Products.Any(p => p.Site != g.Key.Site) ? $"{g.Key.Product} at {g.Key.Site}" : g.Key.Product, g.Key.Lane, g, bound))],
            Devices = [.. scenario.Devices.Select((d, i) => DeviceReport.Of(d, i, run))],
            Loads = run.Loads,
        };
    }
}

/// <summary>Jobs of a lane or a product; times in seconds from arrival to the end.</summary>
/// <param name="Name">The lane or product.</param>
/// <param name="Lane">Its lane.</param>
/// <param name="Jobs">Jobs done.</param>
/// <param name="Late">Done after their due time.</param>
/// <param name="Missed">Done after their due time by more than one tile and one load.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Longest">The longest.</param>
/// <param name="WorstTardiness">Of the latest job, after its due time; negative where all were before it.</param>
public sealed record GroupReport(string Name, Lane Lane, int Jobs, int Late, int Missed, double P50, double P90, double P99, double Longest, double WorstTardiness)
{
    public static GroupReport Of(string name, Lane lane, IEnumerable<FinishedJob> jobs, double bound)
    {
        FinishedJob[] all = [.. jobs];
        var latencies = all.Select(j => j.LatencySeconds).ToArray();
        return all.Length == 0
            ? new GroupReport(name, lane, 0, 0, 0, 0, 0, 0, 0, 0)
            : new GroupReport(
                name, lane, all.Length, all.Count(j => j.TardinessSeconds > 0), all.Count(j => j.TardinessSeconds > bound),
                Percentiles.Of(latencies, .5), Percentiles.Of(latencies, .9), Percentiles.Of(latencies, .99), latencies.Max(), all.Max(j => j.TardinessSeconds));
    }
}

/// <summary>What a device did.</summary>
public sealed record DeviceReport(string Name, string Kind, double BusyShare, double LoadShare)
{
    public static DeviceReport Of(ScenarioDevice device, int id, SimulationRun run)
    {
        double Share(TimelineKind kind) => run.Ended > TimeSpan.Zero
            ? run.Timeline.Where(s => s.Device == id && s.Kind == kind).Sum(s => (s.To - s.From).TotalSeconds) / run.Ended.TotalSeconds : 0;
        return new DeviceReport(device.Name, device.Kind, Share(TimelineKind.Run), Share(TimelineKind.Load));
    }
}
