using System.Reflection;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.Logging;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>
/// Loads the plugins below a folder, <c>plugins/{id}/</c>, each with its own versions of whatever it depends on. Only the
/// SDK's assembly is shared. A folder that cannot be loaded is listed with its reason and disturbs no other.
/// </summary>
public sealed partial class PluginCatalog : IDisposable
{
    private readonly List<Plugin> _plugins;

    private PluginCatalog(List<Plugin> plugins) => _plugins = plugins;

    /// <summary>All folders that were found, in order of their names.</summary>
    public IReadOnlyList<Plugin> Plugins => _plugins;

    /// <summary>Those whose product can run.</summary>
    public IEnumerable<Plugin> Active => _plugins.Where(p => p.State == PluginState.Active);

    /// <summary>A plugin by its id, in whatever state; an active one before others.</summary>
    public Plugin? Find(string id) => _plugins.Where(p => p.Id == id).MinBy(p => p.State);

    /// <summary>Loads all plugins below some folders; one that does not exist holds none.</summary>
    public static PluginCatalog Load(IEnumerable<string> roots, ILogger logger)
    {
        var plugins = new List<Plugin>();
        foreach (var root in roots.Where(Directory.Exists))
        {
            foreach (var folder in Directory.EnumerateDirectories(root).Where(f => File.Exists(Path.Combine(f, "plugin.json"))).Order(StringComparer.Ordinal))
            {
                var plugin = LoadFolder(Path.GetFullPath(folder), plugins);
                plugins.Add(plugin);
                LogLoaded(logger, plugin.Id, plugin.Manifest?.Version, plugin.State, plugin.Reason);
            }
        }

        return new PluginCatalog(plugins);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var plugin in _plugins)
        {
            plugin.Dispose();
        }
    }

    private static Plugin LoadFolder(string folder, List<Plugin> before)
    {
        PluginManifest manifest;
        try
        {
            var file = new FileInfo(Path.Combine(folder, "plugin.json"));
            if (file.Length > ManifestReader.LargestBytes)
            {
                return new Plugin(folder, null, PluginState.Malfunctioned, "plugin.json is larger than 1 MB.");
            }

            manifest = ManifestReader.Read(File.ReadAllBytes(file.FullName));
        }
        catch (Exception e) when (e is ManifestException or IOException or UnauthorizedAccessException)
        {
            return new Plugin(folder, null, PluginState.Malfunctioned, e.Message);
        }

        if (File.Exists(Path.Combine(folder, "disabled")))
        {
            return new Plugin(folder, manifest, PluginState.Disabled, "An operator disabled it.");
        }

        if (!SdkRange.TryParse(manifest.Sdk, out var range) || !range.Contains(SdkVersion.Current))
        {
            return new Plugin(folder, manifest, PluginState.NotSupported, $"It is made for SDK {manifest.Sdk}; this host has {SdkVersion.Current}.");
        }

        return before.Any(p => p.Id == manifest.Id && p.State == PluginState.Active)
            ? new Plugin(folder, manifest, PluginState.Malfunctioned, $"Another plugin is called '{manifest.Id}' already.")
            : LoadCode(folder, manifest);
    }

    private static Plugin LoadCode(string folder, PluginManifest manifest)
    {
        Plugin Broken(string reason, PluginLoader? loader = null)
        {
            loader?.Dispose();
            return new Plugin(folder, manifest, PluginState.Malfunctioned, reason);
        }

        var path = Path.Combine(folder, manifest.Entry.Assembly);
        if (!File.Exists(path))
        {
            return Broken($"{manifest.Entry.Assembly} is missing.");
        }

        PluginLoader? loader = null;
        try
        {
            // Shared: the SDK alone. What else both sides have, each keeps in its own version.
            loader = PluginLoader.CreateFromAssemblyFile(path, isUnloadable: true, sharedTypes: [typeof(IProduct)]);
            var type = loader.LoadDefaultAssembly().GetType(manifest.Entry.Type, throwOnError: false);
            return type switch
            {
                null => Broken($"{manifest.Entry.Assembly} has no class {manifest.Entry.Type}.", loader),
                { IsAbstract: true } => Broken($"{manifest.Entry.Type} is abstract.", loader),
                _ when !type.IsAssignableTo(typeof(IProduct)) => Broken($"{manifest.Entry.Type} does not implement IProduct of this host's SDK.", loader),
                _ when type.GetConstructor(Type.EmptyTypes) is null => Broken($"{manifest.Entry.Type} has no public parameterless constructor.", loader),
                _ => new Plugin(folder, manifest, PluginState.Active, null, loader, type),
            };
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException or IOException or ReflectionTypeLoadException or InvalidOperationException or ArgumentException)
        {
            return Broken($"{manifest.Entry.Assembly} cannot be loaded: {e.Message}", loader);
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Plugin {Id} {Version}: {State} {Reason}")]
    private static partial void LogLoaded(ILogger logger, string id, string? version, PluginState state, string? reason);
}
