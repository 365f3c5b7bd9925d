using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Plugins;
using QureHost.Sdk;

namespace QureHost.Commands;

/// <summary>The plugins that a command without a server loads.</summary>
internal static class PluginFolder
{
    public static Option<DirectoryInfo?> Option() => new("--plugins") { Description = "Folder of plugins [default: those that came with the host]" };

    public static PluginCatalog Load(DirectoryInfo? folder) =>
        PluginCatalog.Load([folder?.FullName ?? new ServeOptions().PluginDirectory], NullLogger.Instance);

    /// <summary>An active plugin, or null with the reason why there is none.</summary>
    public static Plugin? Find(PluginCatalog catalog, string product, out string why)
    {
        var plugin = catalog.Find(product);
        why = plugin is null
            ? $"There is no product '{product}'. Installed: {string.Join(", ", catalog.Plugins.Select(p => p.Id))}."
            : $"Product '{product}' cannot run ({plugin.State}): {plugin.Reason}";
        return plugin?.State == PluginState.Active ? plugin : null;
    }

    /// <summary>A product that labels text, or null with the reason why there is none.</summary>
    public static ITextProduct? TextProduct(PluginCatalog catalog, string product, out string why)
    {
        var plugin = Find(catalog, product, out why);
        if (plugin?.Create() is ITextProduct text)
        {
            return text;
        }

        why = plugin is null ? why : $"Product '{product}' does not read text.";
        return null;
    }
}
