using QureHost.Access;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Pipeline;
using QureHost.Plugins;
using QureHost.Products;
using QureHost.Simulation;

namespace QureHost.Api;

/// <summary>What an operator watches, and what a simulation of this host starts from.</summary>
internal static class OperationsEndpoints
{
    public static void MapOperations(this RouteGroupBuilder admin)
    {
        admin.MapGet("/operations", (ArchiveStore archive, PluginCatalog plugins, StudyPipeline pipeline, InferenceService inference, StudyTimes times, TimeProvider time) =>
            OperationsView.Of(archive, plugins, pipeline, inference, times, time)).Produces<OperationsView>().WithSummary("Queues, devices, models, products' times and states, as they stand.");
        admin.MapGet("/scheduler/scenario", (HttpContext context, ArchiveStore archive, PluginCatalog plugins, StudyPipeline pipeline, InferenceService inference, StudyTimes times, TimeProvider time, string? site, int? hours) =>
        {
            var sites = archive.SitesOf(context.User).Select(s => s.Id).Where(s => site is null || s == site).ToArray();
            return sites.Length == 0
                ? Problems.Forbidden()
                : Answer.Text(ScenarioReader.Write(SiteScenario.Of(archive, plugins, pipeline, inference, times, time.GetUtcNow(), sites, Math.Clamp(hours ?? 24, 1, 24 * 31))), "application/json");
        }).Produces<Scenario>().WithSummary("This host as a scenario for `qurehost simulate`: measured costs, and the arrivals of the last hours.");
    }
}

/// <summary>The host's parts, each with what is wrong with it; <c>ok</c>, <c>degraded</c> or <c>failing</c> in all.</summary>
internal sealed record HealthView(string Status, string Version, DateTimeOffset At, IReadOnlyList<HealthPart> Parts)
{
    private const long LeastFree = 1L << 30;

    public static HealthView Of(ArchiveStore archive, PluginCatalog plugins, InferenceService inference, TimeProvider time)
    {
        var free = new DriveInfo(Path.GetFullPath(archive.Options.DataDirectory)).AvailableFreeSpace;
        var devices = inference.Snapshot().Devices;
        var oldest = archive.Jobs.List(new JobFilter { States = [JobState.Queued], Limit = 5000 }).Where(j => j.DueAt < time.GetUtcNow()).ToArray();
        HealthPart[] parts =
        [
            new("storage", free < LeastFree ? "failing" : "ok", $"{free >> 30} GB free."),
            .. devices.Select(d => new HealthPart($"device {d.Id}", d.Present ? "ok" : "failing", d.Present ? $"{d.Models.Count} models, {d.UsedBytes >> 20} of {d.BudgetBytes >> 20} MB." : "Lost; it is being started again.")),
            new("deadlines", oldest.Length > 0 ? "degraded" : "ok", oldest.Length > 0 ? $"{oldest.Length} runs wait beyond their due time." : "No run waits beyond its due time."),
            .. plugins.Plugins.Where(p => p.State is not (PluginState.Active or PluginState.Starting or PluginState.Disabled)).Select(p => new HealthPart($"plugin {p.Id}", "degraded", $"{p.State}: {p.Reason}")),
        ];
        var worst = parts.Any(p => p.Status == "failing") ? "failing" : parts.Any(p => p.Status == "degraded") ? "degraded" : "ok";
        return new HealthView(worst, HostVersion.Text, time.GetUtcNow(), parts);
    }
}

internal sealed record HealthPart(string Name, string Status, string Text);
