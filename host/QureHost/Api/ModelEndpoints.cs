using QureHost.Access;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Api;

/// <summary>Installed models, and what a site runs in place of a product's own.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this RouteGroupBuilder admin)
    {
        admin.MapGet("/models", (ModelStore models) => models.Names().Select(name => ModelView.Of(models, name))).WithSummary("Models that are installed beside the plugins' own.");

        admin.MapGet("/sites/{site}/models", (string site, HttpContext context, ArchiveStore archive) =>
            context.User.MaySee(site) && archive.Sites.Get(site) is not null
                ? Answer.Ok(archive.Sites.ListModels().Where(m => m.Site == site))
                : Problems.Forbidden()).Produces<SiteModel[]>().WithSummary("Models that the site runs in place of its products' own.");

        admin.MapPut("/sites/{site}/products/{product}/models/{model}", async (string site, string product, string model, ModelChange change, HttpContext context, ArchiveStore archive, PluginCatalog plugins, ModelStore models, InferenceService inference, CancellationToken ct) =>
        {
            if (!context.User.MaySee(site) || archive.Sites.Get(site) is null)
            {
                return Problems.Forbidden();
            }

            if (plugins.Find(product) is not { Manifest: { } manifest } plugin || !manifest.Models.Contains(model))
            {
                return Problems.NotFound($"There is no product '{product}' with a model '{model}'.");
            }

            var request = new ModelRequest(site, product, model, plugin.ModelFolder);
            ModelFolder replacement;
            try
            {
                replacement = models.Get(change.Replacement ?? "");
                var problems = ModelReplacement.Problems(models.Embedded(request), replacement);
                if (problems.Count > 0)
                {
                    return Problems.BadRequest($"'{replacement.Card.Name}' {replacement.Card.Version} cannot stand in for '{model}' of '{product}'. {string.Join(" ", problems)}");
                }
            }
            catch (ModelUnavailableException e)
            {
                return Problems.BadRequest(e.Message);
            }

            var chosen = new SiteModel(site, product, model, replacement.Card.Name, replacement.Card.Sha256);
            await archive.Sites.PutModelAsync(chosen, ct);
            await archive.Audit.RecordAsync(new AuditEntry(context.User.NameOf(), site, null, "model.replace", $"{product}/{model}: {chosen.Replacement} {chosen.Sha256[..12]}"), ct);
            inference.Preload([(request, manifest.Lane == Sdk.Manifests.Lane.Stat)]);
            return Answer.Ok(chosen);
        }).Produces<SiteModel>().WithSummary("Runs another model in place of a product's own, at this site, from the next run on. It must meet the same inputs and outputs.");

        admin.MapDelete("/sites/{site}/products/{product}/models/{model}", async (string site, string product, string model, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
        {
            if (!context.User.MaySee(site) || archive.Sites.Get(site) is null)
            {
                return Problems.Forbidden();
            }

            if (!await archive.Sites.DeleteModelAsync(site, product, model, ct))
            {
                return Problems.NotFound($"Site '{site}' runs the product's own '{model}'.");
            }

            await archive.Audit.RecordAsync(new AuditEntry(context.User.NameOf(), site, null, "model.restore", $"{product}/{model}"), ct);
            return Answer.NoContent();
        }).WithSummary("Back to the product's own model.");
    }

    internal sealed record ModelChange(string? Replacement);

    internal sealed record ModelView(string Name, string? Version, string? Sha256, string? Licence, string? IntendedUse, string? Reason)
    {
        public static ModelView Of(ModelStore models, string name)
        {
            try
            {
                var card = models.Get(name).Card;
                return new ModelView(name, card.Version, card.Sha256, card.Licence, card.IntendedUse, null);
            }
            catch (ModelUnavailableException e)
            {
                return new ModelView(name, null, null, null, null, e.Message);
            }
        }
    }
}
