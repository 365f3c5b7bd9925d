using System.Text.Json;
using QureHost.Archive;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline;

/// <summary>What holds for a product at a site: the site's decision, and the manifest's proposal where it decided nothing.</summary>
public sealed record ProductAtSite(string Site, string Product, bool Enabled, Lane Lane, double DeadlineSeconds, JsonElement Settings);

/// <summary>Products at sites: resolved for the pipeline, changed by an administrator.</summary>
public sealed class SiteProducts(ArchiveStore archive, PluginCatalog plugins)
{
    private static readonly JsonElement NoSettings = JsonDocument.Parse("{}").RootElement;

    /// <summary>What holds now; null where no plugin of that id has a readable manifest.</summary>
    public ProductAtSite? Resolve(string site, string product)
    {
        if (plugins.Find(product)?.Manifest is not { } manifest)
        {
            return null;
        }

        var own = archive.Sites.GetProduct(site, product);
        return new ProductAtSite(
            site,
            product,
            own?.Enabled ?? true,
            own?.Lane is { } lane ? (Lane)lane : manifest.Lane,
            own?.DeadlineSeconds ?? manifest.DeadlineSeconds,
            own is null ? NoSettings : Parse(own.Settings));
    }

    /// <summary>What is wrong with a site's decision; empty where it can be kept.</summary>
    public IReadOnlyList<string> Problems(SiteProduct decision)
    {
        if (plugins.Find(decision.Product)?.Manifest is not { } manifest)
        {
            return [$"There is no product '{decision.Product}'."];
        }

        List<string> problems = [];
        if (decision.DeadlineSeconds is { } deadline && deadline is < 1 or > 7 * 86400)
        {
            problems.Add("The deadline is between 1 second and a week.");
        }

        try
        {
            using var settings = JsonDocument.Parse(decision.Settings);
            problems.AddRange(SettingsSchema.Problems(manifest.Settings, settings.RootElement));
        }
        catch (JsonException e)
        {
            problems.Add($"The settings are not JSON: {e.Message}");
        }

        return problems;
    }

    private static JsonElement Parse(string settings)
    {
        try
        {
            using var document = JsonDocument.Parse(settings);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : NoSettings;
        }
        catch (JsonException)
        {
            return NoSettings;
        }
    }
}
