using QureHost.Archive;
using QureHost.Inference;
using QureHost.Pipeline;
using QureHost.Plugins;
using QureHost.Sdk;
using QureHost.Simulation;

namespace QureHost.Products;

/// <summary>
/// This host as a scenario: its devices, what its models were measured to cost, and when studies came in the last hours. A
/// product that a site has not enabled is in it too, disabled, with the arrivals of what it would have read where they can be
/// known from a product of the same lane and start; <c>--enable ID=PER_HOUR</c> names a rate otherwise.
/// </summary>
internal static class SiteScenario
{
    private const int MostJobs = 50_000;

    public static Scenario Of(
        ArchiveStore archive, PluginCatalog plugins, StudyPipeline pipeline, InferenceService inference, StudyTimes times, DateTimeOffset now, IReadOnlyList<string> sites, int hours)
    {
        var seen = inference.Snapshot();
        var from = now.AddHours(-hours);
        var models = new Dictionary<string, ScenarioModel>(StringComparer.Ordinal);
        var products = new List<ScenarioProduct>();
        foreach (var plugin in plugins.Plugins.Where(p => p.Manifest is not null))
        {
            var manifest = plugin.Manifest!;
            var model = manifest.Models.FirstOrDefault();
            if (model is not null && !models.ContainsKey(model))
            {
                try
                {
                    var costs = inference.CostsOf(model);
                    models[model] = new ScenarioModel
                    {
                        Name = model,
                        MemoryMb = Math.Round(costs.MemoryBytes / 1048576.0, 1),
                        LoadSeconds = Math.Round(costs.LoadSeconds, 3),
                        Seconds = seen.Devices.Select(d => d.Kind).Distinct().ToDictionary(kind => kind, _ => Math.Max(.0001, Math.Round(costs.SecondsPerCall, 4))),
                    };
                }
                catch (ModelUnavailableException)
                {
                    model = null;   // not installed: nothing is known of its cost
                }
            }

            foreach (var site in sites)
            {
                var settings = pipeline.Products.Resolve(site, plugin.Id);
                var jobs = archive.Jobs.List(new JobFilter { Site = site, Product = plugin.Id, Limit = MostJobs }).Where(j => j.CreatedAt >= from).ToArray();
                var done = jobs.Where(j => j is { State: JobState.Finished, StartedAt: not null, FinishedAt: not null }).ToArray();
                var served = seen.Served.FirstOrDefault(s => s.Site == site && s.Product == plugin.Id);
                var runs = times.Products().FirstOrDefault(p => p.Product == plugin.Id)?.Finished ?? 0;
                var run = done.Length > 0 ? done.Average(j => (j.FinishedAt!.Value - j.StartedAt!.Value).TotalSeconds) : 0;
                var device = served is not null && runs > 0 ? served.Seconds / runs : 0;
                products.Add(new ScenarioProduct
                {
                    Id = plugin.Id,
                    Site = site,
                    Enabled = settings is { Enabled: true } && plugin.State == PluginState.Active,
                    Lane = settings?.Lane ?? manifest.Lane,
                    DeadlineSeconds = settings?.DeadlineSeconds ?? manifest.DeadlineSeconds,
                    Model = model,
                    Calls = served is not null && runs > 0 ? Math.Max(1, Math.Round(served.Calls / (double)runs, 2)) : 1,
                    CpuSeconds = Math.Round(Math.Max(0, run - device), 3),
                    Arrivals = jobs.Length > 0 ? [.. jobs.Select(j => Math.Round((j.CreatedAt - from).TotalSeconds, 3)).Order()] : null,
                });
            }
        }

        return new Scenario
        {
            Name = $"{string.Join(", ", sites)}, {hours} hours until {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC",
            Hours = hours,
            Devices = [.. seen.Devices.Select(d => new ScenarioDevice(d.Id == 0 ? inference.DeviceName : $"{d.Kind} {d.Id}", d.Kind, d.BudgetBytes / 1048576.0))],
            Models = [.. models.Values],
            Products = products,
        };
    }
}
