using System.Text.Json;
using QureHost.Access;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Pipeline;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Api;

/// <summary>Products: what is installed, what a site decided, and running one again.</summary>
internal static class ProductEndpoints
{
    public static void MapProducts(this RouteGroupBuilder api)
    {
        api.MapGet("/products", (HttpContext context, ArchiveStore archive, PluginCatalog plugins, StudyPipeline pipeline, InferenceService inference) =>
            context.SiteOf(archive) is { } site
                ? Answer.Ok(plugins.Plugins.Select(p => ProductView.From(p, site, pipeline.Products.Resolve(site, p.Id), inference)))
                : Problems.Forbidden()).Produces<ProductView[]>().WithSummary("Installed products with the site's decisions.");

        api.MapPut("/sites/{site}/products/{product}", async (string site, string product, ProductChange change, HttpContext context, ArchiveStore archive, PluginCatalog plugins, StudyPipeline pipeline, InferenceService inference, CancellationToken ct) =>
        {
            if (!context.User.MaySee(site) || archive.Sites.Get(site) is null)
            {
                return Problems.Forbidden();
            }

            if (plugins.Find(product) is not { } plugin)
            {
                return Problems.NotFound($"There is no product '{product}'.");
            }

            var before = archive.Sites.GetProduct(site, product) ?? new SiteProduct { Site = site, Product = product };
            var after = before with
            {
                Enabled = change.Enabled ?? before.Enabled,
                Lane = change.Lane is { } lane ? (JobLane)lane : before.Lane,
                DeadlineSeconds = change.DeadlineSeconds ?? before.DeadlineSeconds,
                Settings = change.Settings is { ValueKind: JsonValueKind.Object } settings ? settings.GetRawText() : before.Settings,
            };
            var problems = await pipeline.DecideAsync(after, ct);
            if (problems.Count > 0)
            {
                return Problems.BadRequest(string.Join(" ", problems));
            }

            var what = change.Enabled is { } enabled && enabled != before.Enabled ? (enabled ? "product.enable" : "product.disable") : "product.change";
            await archive.Audit.RecordAsync(new AuditEntry(context.User.NameOf(), site, null, what, product), ct);
            return Answer.Ok(ProductView.From(plugin, site, pipeline.Products.Resolve(site, product), inference));
        }).RequireAuthorization(AccessSetup.AdminPolicy).Produces<ProductView>().WithSummary("Enables, disables or sets up a product at a site, at once.");

        api.MapPost("/studies/{study}/runs", async (string study, NewRun request, HttpContext context, ArchiveStore archive, StudyPipeline pipeline, CancellationToken ct) =>
        {
            if (context.SiteOf(archive) is not { } site || archive.Index.GetStudy(site, study) is null)
            {
                return Problems.NoStudy();
            }

            try
            {
                var job = await pipeline.RerunAsync(site, study, request.Product ?? "", ct);
                await archive.Audit.RecordAsync(new AuditEntry(context.User.NameOf(), site, study, "run.start", job.Product), ct);
                return Answer.Accepted($"/api/v1/studies/{study}/results", job);
            }
            catch (InvalidOperationException e)
            {
                return Problems.Conflict(e.Message);
            }
        }).Produces<Job>(StatusCodes.Status202Accepted).WithSummary("Runs a product on a study again.");
    }

    internal sealed record ProductChange(bool? Enabled, Lane? Lane, int? DeadlineSeconds, JsonElement? Settings);

    internal sealed record NewRun(string? Product);
}

/// <summary>A product as the admin page shows it.</summary>
internal sealed record ProductView(
    string Id,
    string Name,
    string? Version,
    string Description,
    string State,
    string? Reason,
    bool Enabled,
    Lane? Lane,
    double? DeadlineSeconds,
    IReadOnlyList<string> Findings,
    bool Localises,
    IReadOnlyList<ModelStatus> Models,
    JsonElement? Settings,
    JsonElement? SettingsSchema)
{
    public static ProductView From(Plugin plugin, string site, ProductAtSite? decided, InferenceService inference)
    {
        var m = plugin.Manifest;
        return new ProductView(
            plugin.Id, m?.Name ?? plugin.Id, m?.Version, m?.Description ?? "", plugin.State.ToString(), plugin.Reason,
            decided?.Enabled ?? false, decided?.Lane, decided?.DeadlineSeconds, m?.Findings ?? [], m?.Localises ?? true,
            [.. (m?.Models ?? []).Select(name => inference.StatusOf(new ModelRequest(site, plugin.Id, name, plugin.ModelFolder)))], decided?.Settings, m?.Settings);
    }
}
