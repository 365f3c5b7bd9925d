using System.Globalization;
using System.Text;

namespace QureHost.Simulation;

/// <summary>Reports of a scenario as plain text.</summary>
public static class ReportText
{
    public static string Write(IReadOnlyList<ScenarioReport> reports)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        foreach (var r in reports)
        {
            Line($"{r.Scenario}: {r.Policy}, {r.Hours:F1} h, {r.Loads} loads; nothing is interrupted for {r.TileSeconds:F2} s, the longest load takes {r.LoadSeconds:F2} s");
            foreach (var d in r.Devices)
            {
                Line($"  device {d.Name} ({d.Kind}): {d.BusyShare:P1} busy, loading {d.LoadShare:P1}");
            }

            Line($"  {"",-28} {"jobs",7} {"late",7} {"missed",7} {"p50 s",9} {"p90 s",9} {"p99 s",9} {"longest s",10} {"worst lateness s",17}");
            foreach (var g in r.Lanes.Concat(r.Products))
            {
                var name = r.Lanes.Contains(g) ? g.Name : $"  {g.Name} ({g.Lane})";
                Line($"  {name,-28} {g.Jobs,7} {g.Late,7} {g.Missed,7} {g.P50,9:F2} {g.P90,9:F2} {g.P99,9:F2} {g.Longest,10:F2} {g.WorstTardiness,17:F2}");
            }

            Line($"");
        }

        Line($"Seconds are from arrival to the end; late: after the due time; missed: later than that by more than one tile and one load.");
        return text.ToString();
    }
}
