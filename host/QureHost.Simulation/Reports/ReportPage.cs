using System.Globalization;
using System.Net;
using System.Text;

namespace QureHost.Simulation;

/// <summary>A report as one HTML file: tables, and a timeline for each policy.</summary>
public static class ReportPage
{
    public static string Write(Scenario scenario, IReadOnlyList<(ScenarioReport Report, string Svg)> runs)
    {
        var page = new StringBuilder();
        void Line(FormattableString line) => page.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        var title = WebUtility.HtmlEncode(scenario.Name);
        Line($"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>""");
        page.AppendLine("<style>body{font:15px system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}table{border-collapse:collapse}th,td{padding:.3rem .7rem;border-bottom:1px solid #bbb;text-align:right}th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto;border:1px solid #bbb}.bad{font-weight:700;color:#a40000}</style></head><body>");
        Line($"<h1>{title}</h1>");
        foreach (var (r, svg) in runs)
        {
            Line($"<h2>{WebUtility.HtmlEncode(r.Policy)}</h2>");
            Line($"<p>{r.Hours:F1} hours, {r.Loads} loads. {string.Join("; ", r.Devices.Select(d => string.Create(CultureInfo.InvariantCulture, $"{WebUtility.HtmlEncode(d.Name)} {d.BusyShare:P1} busy")))}. Nothing is interrupted for {r.TileSeconds:F2} s; the longest load takes {r.LoadSeconds:F2} s.</p>");
            foreach (var (caption, groups) in new[] { ("Lanes", r.Lanes), ("Products", r.Products) })
            {
                Line($"""<table><caption>{caption}: seconds from arrival to the end</caption><thead><tr><th scope="col">{caption[..^1]}</th><th scope="col">jobs</th><th scope="col">late</th><th scope="col">missed</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">longest</th><th scope="col">worst lateness</th></tr></thead><tbody>""");
                foreach (var g in groups)
                {
                    Line($"""<tr><th scope="row">{WebUtility.HtmlEncode(g.Name)}</th><td>{g.Jobs}</td><td>{g.Late}</td><td{(g.Missed > 0 ? " class=\"bad\"" : "")}>{g.Missed}</td><td>{g.P50:F2}</td><td>{g.P90:F2}</td><td>{g.P99:F2}</td><td>{g.Longest:F2}</td><td>{g.WorstTardiness:F2}</td></tr>""");
                }

                page.AppendLine("</tbody></table>");
            }

            page.AppendLine(svg);
        }

        page.AppendLine("<p>Late: after the due time. Missed: later than that by more than one tile and one load.</p></body></html>");
        return page.ToString();
    }
}
