using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using QureHost.Simulation;

namespace QureHost.Commands;

/// <summary><c>qurehost simulate</c>: what a site would see under the scheduler's own policy, on a virtual clock.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo?>("SCENARIO") { Description = "A scenario.json; see host/QureHost.Scheduling/README.md", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<string?>("--from") { Description = "Take the scenario of a running host: its measured costs and its arrivals" };
        var key = new Option<string?>("--key") { Description = "API key of an admin there" };
        var site = new Option<string?>("--site") { Description = "With --from: one site's products [default: all that you may see]" };
        var enable = new Option<string[]>("--enable") { Description = "A product that is not enabled: ID, or ID=STUDIES_PER_HOUR; may be repeated", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var disable = new Option<string[]>("--disable") { Description = "A product to leave out; may be repeated", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var save = new Option<FileInfo?>("--save") { Description = "Write the scenario that was played to this file" };
        var json = new Option<FileInfo?>("--json") { Description = "Write the report as JSON to this file" };
        var html = new Option<FileInfo?>("--html") { Description = "Write the report with its timelines as one HTML page to this file" };
        var svg = new Option<FileInfo?>("--svg") { Description = "Write the timeline of our policy as SVG to this file" };
        var compare = new Option<bool>("--compare") { Description = "Also play the other policies: first in first out, weighted priority, round robin of lanes" };
        var random = new Option<int?>("--random") { Description = "Instead of a scenario: so many random feasible workloads, each held against the policy's guarantees" };
        var first = new Option<int>("--first") { Description = "With --random: the first seed", DefaultValueFactory = _ => 1 };
        var command = new Command("simulate", "Plays a site's day on a virtual clock and reports latencies per lane and product, or proves the policy's bounds on random workloads.")
        {
            file, from, key, site, enable, disable, save, json, html, svg, compare, random, first,
        };
        command.SetAction(async (result, ct) =>
        {
            try
            {
                if (result.GetValue(random) is { } count)
                {
                    return Prove(result.GetValue(first), count, result.GetValue(compare), ct);
                }

                Scenario scenario;
                if (result.GetValue(from) is { } host)
                {
                    scenario = await FetchAsync(host, result.GetValue(key), result.GetValue(site), ct);
                }
                else if (result.GetValue(file) is { } path)
                {
                    scenario = Open(path);
                }
                else
                {
                    Console.Error.WriteLine("Name a SCENARIO, or --from HOST, or --random COUNT.");
                    return ExitCodes.Usage;
                }

                scenario = Change(scenario, result.GetValue(enable)!, result.GetValue(disable)!);
                if (result.GetValue(save) is { } saved)
                {
                    await File.WriteAllTextAsync(saved.FullName, ScenarioReader.Write(scenario) + "\n", ct);
                }

                scenario = ScenarioReader.Read(ScenarioReader.Write(scenario));   // says what is wrong with a changed or fetched one too
                var workload = ScenarioWorkload.Of(scenario);
                var policies = result.GetValue(compare) ? Policies.All : [Policies.Lanes];
                var runs = policies.Select(p => VirtualMachine.Run(workload, p, timeline: true)).Select(r => (Report: ScenarioReport.Of(scenario, r), Svg: TimelinePicture.Svg(scenario, r))).ToArray();
                Console.Out.Write(ReportText.Write([.. runs.Select(r => r.Report)]));
                if (result.GetValue(json) is { } jsonFile)
                {
                    await File.WriteAllTextAsync(jsonFile.FullName, JsonSerializer.Serialize(runs.Select(r => r.Report).ToArray(), ScenarioJson.Default.ScenarioReportArray) + "\n", ct);
                }

                if (result.GetValue(html) is { } htmlFile)
                {
                    await File.WriteAllTextAsync(htmlFile.FullName, ReportPage.Write(scenario, runs), ct);
                }

                if (result.GetValue(svg) is { } svgFile)
                {
                    await File.WriteAllTextAsync(svgFile.FullName, runs[0].Svg, ct);
                }

                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is ScenarioException or IOException or UnauthorizedAccessException or HttpRequestException or AuditException or UriFormatException)
            {
                Console.Error.WriteLine(e.Message);
                return e is AuditException ? ExitCodes.Failed : ExitCodes.Usage;
            }
        });
        return command;
    }

    private static int Prove(int first, int count, bool compare, CancellationToken ct)
    {
        using var progress = new Progress("Simulating", count);
        var campaign = Campaign.Run(first, Math.Max(1, count), compare, Environment.ProcessorCount, _ => Step(progress), ct);
        foreach (var broken in campaign.Broken.Take(20))
        {
            Console.Error.WriteLine(broken);
        }

        Console.Out.Write(CampaignTable.Write(campaign));
        return campaign.Broken.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void Step(Progress progress)
    {
        lock (progress)
        {
            progress.Step();
        }
    }

    private static Scenario Open(FileInfo file) => file.Exists && file.Length > ScenarioReader.LargestBytes
        ? throw new ScenarioException($"{file.Name} is larger than {ScenarioReader.LargestBytes >> 20} MB.")
        : ScenarioReader.Read(File.ReadAllText(file.FullName));

    private static async Task<Scenario> FetchAsync(string host, string? key, string? site, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new Uri(host.EndsWith('/') ? host : host + "/"), MaxResponseContentBufferSize = ScenarioReader.LargestBytes };
        if (key is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var response = await http.GetAsync("api/v1/scheduler/scenario" + (site is null ? "" : $"?site={Uri.EscapeDataString(site)}"), ct);
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(ct), ScenarioJson.Default.Scenario) ?? throw new ScenarioException("The host sent no scenario.")
            : throw new ScenarioException($"The host answered {(int)response.StatusCode}: its scenario is for admins; --key takes an API key.");
    }

    private static Scenario Change(Scenario scenario, string[] enable, string[] disable)
    {
        foreach (var word in enable.Concat(disable))
        {
            var id = word.Split('=')[0];
            if (!scenario.Products.Any(p => p.Id == id))
            {
                throw new ScenarioException($"There is no product '{id}' in the scenario; there are {string.Join(", ", scenario.Products.Select(p => p.Id).Distinct())}.");
            }
        }

        var rates = enable.Select(w => w.Split('=', 2)).ToDictionary(w => w[0], w => w.Length == 1 ? (double?)null
            : double.TryParse(w[1], System.Globalization.CultureInfo.InvariantCulture, out var rate) ? rate : throw new ScenarioException($"'{w[1]}' is no number of studies an hour."));
        return scenario with
        {
            Products = [.. scenario.Products.Select(p => rates.TryGetValue(p.Id, out var rate)
                ? p with { Enabled = true, PerHour = rate ?? p.PerHour, Arrivals = rate is null ? p.Arrivals : null }
                : disable.Contains(p.Id) ? p with { Enabled = false } : p)],
        };
    }
}
