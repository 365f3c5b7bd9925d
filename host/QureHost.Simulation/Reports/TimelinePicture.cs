using System.Globalization;
using System.Net;
using System.Text;
using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>
/// A run as a picture: for each device how its time was shared between lanes, below it how many jobs of each lane were
/// open. SVG with title, description and words beside every colour; the same figures stand in the table beside it.
/// </summary>
public static class TimelinePicture
{
    private const int Columns = 240;
    private const int Left = 110;
    private const int Width = 960;
    private const int BandHeight = 64;
    private const int QueueHeight = 46;

    // Distinct also to colour-blind eyes (Okabe and Ito), and in grey by order of brightness.
    private static readonly string[] Colours = ["#d55e00", "#e69f00", "#0072b2", "#999999"];

    public static string Svg(Scenario scenario, SimulationRun run)
    {
        var svg = new StringBuilder();
        void Line(FormattableString line) => svg.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        var end = Math.Max(1, run.Ended.TotalSeconds);
        var step = end / Columns;
        var lanes = Enum.GetValues<Lane>();
        var height = 60 + (scenario.Devices.Count * (BandHeight + 14)) + (lanes.Length * (QueueHeight + 10)) + 40;
        double X(double seconds) => Left + (seconds / end * Width);

        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 20} {height}" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13">""");
        Line($"""<title id="t">{WebUtility.HtmlEncode(scenario.Name)}, {WebUtility.HtmlEncode(run.Policy)}: devices and open jobs over {end / 3600:F1} hours</title>""");
        Line($"""<desc id="d">{WebUtility.HtmlEncode(Describe(scenario, run))}</desc>""");
        Line($"""<rect width="100%" height="100%" fill="#ffffff"/>""");
        for (var i = 0; i < lanes.Length; i++)
        {
            Line($"""<rect x="{Left + (i * 130)}" y="12" width="14" height="14" fill="{Colours[i]}"/><text x="{Left + 20 + (i * 130)}" y="24">{lanes[i]}</text>""");
        }

        Line($"""<rect x="{Left + 530}" y="12" width="14" height="14" fill="none" stroke="#000" stroke-dasharray="2 2"/><text x="{Left + 550}" y="24">Load</text>""");
        var y = 44.0;
        for (var device = 0; device < scenario.Devices.Count; device++, y += BandHeight + 14)
        {
            Line($"""<text x="8" y="{y + 36}">{WebUtility.HtmlEncode(scenario.Devices[device].Name)}</text><rect x="{Left}" y="{y}" width="{Width}" height="{BandHeight}" fill="#f2f2f2"/>""");
            var shares = Shares(run, device, step);
            for (var c = 0; c < Columns; c++)
            {
                var top = y + BandHeight;
                for (var lane = 0; lane < lanes.Length; lane++)
                {
                    var h = Math.Min(1, shares[c, lane] / step) * BandHeight;
                    if (h >= .05)
                    {
                        top -= h;
                        Line($"""<rect x="{X(c * step):F1}" y="{top:F1}" width="{(double)Width / Columns:F2}" height="{h:F1}" fill="{Colours[lane]}"/>""");
                    }
                }
            }

            foreach (var load in run.Timeline.Where(s => s.Device == device && s.Kind == TimelineKind.Load).Take(500))
            {
                Line($"""<line x1="{X(load.From.TotalSeconds):F1}" x2="{X(load.From.TotalSeconds):F1}" y1="{y}" y2="{y + BandHeight}" stroke="#000" stroke-dasharray="2 2"><title>{WebUtility.HtmlEncode(load.Model)} loaded</title></line>""");
            }
        }

        foreach (var lane in lanes)
        {
            var open = OpenJobs(run, lane, step, out var most);
            Line($"""<text x="8" y="{y + 20}">{lane}</text><text x="8" y="{y + 36}" fill="#555">open: {most} at most</text><line x1="{Left}" x2="{Left + Width}" y1="{y + QueueHeight}" y2="{y + QueueHeight}" stroke="#999"/>""");
            if (most > 0)
            {
                var points = string.Join(' ', Enumerable.Range(0, Columns).Select(c => string.Create(CultureInfo.InvariantCulture, $"{X((c + .5) * step):F1},{y + QueueHeight - (open[c] / (double)most * QueueHeight):F1}")));
                Line($"""<polyline points="{points}" fill="none" stroke="{Colours[(int)lane]}" stroke-width="2"/>""");
            }

            y += QueueHeight + 10;
        }

        for (var hour = 0; hour <= 8; hour++)
        {
            Line($"""<text x="{X(end * hour / 8):F1}" y="{y + 16}" text-anchor="middle">{end * hour / 8 / 3600:F1} h</text>""");
        }

        Line($"</svg>");
        return svg.ToString();
    }

    private static string Describe(Scenario scenario, SimulationRun run) => string.Join(" ", Enum.GetValues<Lane>()
        .Select(lane => (lane, Jobs: run.Jobs.Where(j => j.Lane == lane).ToArray()))
        .Where(l => l.Jobs.Length > 0)
        .Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.lane}: {l.Jobs.Length} jobs, median {Percentiles.Of(l.Jobs.Select(j => j.LatencySeconds), .5):F1} s, {l.Jobs.Count(j => j.TardinessSeconds > 0)} late.")))
        + string.Create(CultureInfo.InvariantCulture, $" {scenario.Devices.Count} device(s), {run.Utilisation:P0} busy.");

    private static double[,] Shares(SimulationRun run, int device, double step)
    {
        var shares = new double[Columns, 4];
        foreach (var span in run.Timeline.Where(s => s.Device == device && s.Kind == TimelineKind.Run))
        {
            var (from, to) = (span.From.TotalSeconds, span.To.TotalSeconds);
            for (var c = (int)(from / step); c < Columns && c * step < to; c++)
            {
                shares[c, (int)span.Lane!] += Math.Min(to, (c + 1) * step) - Math.Max(from, c * step);
            }
        }

        return shares;
    }

    private static int[] OpenJobs(SimulationRun run, Lane lane, double step, out int most)
    {
        var change = new int[Columns + 2];
        foreach (var job in run.Jobs.Where(j => j.Lane == lane))
        {
            change[Math.Min(Columns, (int)(job.Job.At.TotalSeconds / step))]++;
            change[Math.Min(Columns, (int)(job.At.TotalSeconds / step)) + 1]--;
        }

        var open = new int[Columns];
        for (var (c, sum) = (0, 0); c < Columns; c++)
        {
            open[c] = sum += change[c];
        }

        most = open.Max();
        return open;
    }
}
