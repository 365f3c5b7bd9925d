using System.Globalization;
using System.Text;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>A campaign as Markdown.</summary>
public static class CampaignTable
{
    public static string Write(Campaign campaign)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"| policy | stat misses | workloads with a miss | stat late at all | worst stat tardiness (s) | stat p50 / p99 (s) | urgent | routine | background | utilisation |");
        Line($"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var t in campaign.Tallies.Where(t => t.StatJobs > 0))
        {
            string Pair(Lane lane) => string.Create(CultureInfo.InvariantCulture, $"{t.Latency(lane, .5):F2} / {t.Latency(lane, .99):F2}");
            Line($"| {t.Policy} | {t.StatMisses:N0} of {t.StatJobs:N0} | {t.WorkloadsWithMisses:N0} | {t.StatLate:N0} | {t.WorstStatTardiness:F2} | {Pair(Lane.Stat)} | {Pair(Lane.Urgent)} | {Pair(Lane.Routine)} | {Pair(Lane.Background)} | {t.Utilisation:P1} |");
        }

        Line($"");
        Line($"{campaign.Workloads:N0} workloads; latest stat job at {campaign.WorstShareOfBound:P1} of its bound of one tile and one load (seed {campaign.WorstSeed}); {campaign.Broken.Count} broken rules.");
        if (campaign.RoutineRatios.Count > 0)
        {
            var r = campaign.RoutineRatios;
            Line($"Routine median over the best median among policies without a stat miss, workload by workload ({r.Count:N0} where another policy has none): median {Percentiles.Of(r, .5):F3}, 90th percentile {Percentiles.Of(r, .9):F3}; within 10 % in {r.Count(x => x <= 1.1) / (double)r.Count:P1}.");
        }

        return text.ToString();
    }
}
