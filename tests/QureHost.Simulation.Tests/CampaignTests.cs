using QureHost.Sdk.Manifests;

namespace QureHost.Simulation.Tests;

/// <summary>
/// What holds for any feasible workload. QUREHOST_SIMULATIONS names another count, and
/// <c>qurehost simulate --random 50000</c> plays the full one.
/// </summary>
public sealed class CampaignTests(ITestOutputHelper output)
{
    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("QUREHOST_SIMULATIONS"), out var count) ? count : 500;

    [Fact]
    public void Over_random_feasible_workloads_no_stat_job_is_later_than_one_tile_and_one_load_and_every_rule_holds()
    {
        var campaign = Campaign.Run(first: 1, Count, compare: true, Environment.ProcessorCount);

        output.WriteLine(CampaignTable.Write(campaign));
        Assert.Empty(campaign.Broken);
        Assert.True(campaign.WorstShareOfBound <= 1);
        Assert.Equal(0, campaign.Tallies[0].StatMisses);

        // The workloads are hard: the other policies do miss. And ours pays for it with no lane's utilisation.
        Assert.All(campaign.Tallies.Skip(1), t => Assert.True(t.StatMisses > 0, t.Policy));
        Assert.True(campaign.Tallies[0].Utilisation > campaign.Tallies.Max(t => t.Utilisation) - .05);
    }

    [Fact]
    public void The_workloads_are_feasible_and_hold_loads_batches_several_devices_cancels_and_losses()
    {
        var workloads = Enumerable.Range(1, 200).Select(RandomWorkload.Feasible).ToArray();

        Assert.All(workloads, w => Assert.True(PreemptiveEdf.WorstTardiness(w) <= 0));
        Assert.Contains(workloads, w => w.Options.Devices.Count > 1);
        Assert.Contains(workloads, w => w.Outages.Count > 0);
        Assert.Contains(workloads, w => w.Jobs.Any(j => j.CancelAt is not null));
        Assert.Contains(workloads, w => w.Models.Any(m => m.EnabledAt > TimeSpan.Zero));
        Assert.Contains(workloads, w => w.Models.Sum(m => m.Facts.MemoryBytes) > w.Options.Devices[0].MemoryBytes);
        Assert.Contains(workloads, w => w.Jobs.Any(j => j.BatchKey is not null));
        Assert.Contains(workloads, w => w.Jobs.Count(j => j.Lane == Lane.Stat) > 20);
    }

    [Fact]
    public void The_yardstick_finds_what_is_late_by_hand()
    {
        // Two jobs of 2 s: one due at 2 s, one due at 3 s. One device ends the second at 4 s; two end both at 2 s.
        SimulatedJob Job(int id, double due) => new() { Id = id, At = TimeSpan.Zero, Due = TimeSpan.FromSeconds(due), Lane = Lane.Stat, Model = "m", Tiles = 2, TileSeconds = 1, Ahead = 1 };
        Workload On(int devices) => new()
        {
            Options = new() { Devices = [.. Enumerable.Range(0, devices).Select(i => new QureHost.Scheduling.DeviceFacts(i, 1 << 20))] },
            Models = [new(new("m", 1 << 20, Pinned: true), 0)],
            Jobs = [Job(0, 2), Job(1, 3)],
        };

        Assert.Equal(1, PreemptiveEdf.WorstTardiness(On(1)), 6);
        Assert.Equal(0, PreemptiveEdf.WorstTardiness(On(2)), 6);
    }
}
