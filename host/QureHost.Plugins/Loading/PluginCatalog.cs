using Microsoft.Extensions.Logging;

namespace QureHost.Plugins;

/// <summary>
/// The plugins below some folders (see <see cref="PluginFolders"/>), each with its own versions of whatever it depends on;
/// only the SDK's assembly is shared. A folder that cannot be used is listed with its reason and disturbs no other. The
/// first folder is the site's own: versions are added, replaced and removed there while the host runs.
/// </summary>
public sealed partial class PluginCatalog : IDisposable
{
    private readonly PluginFolders _folders;
    private readonly bool _loadCode;
    private readonly IPluginLedger _ledger;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly List<Plugin> _replaced = [];
    private volatile IReadOnlyList<Plugin> _plugins = [];

    private PluginCatalog(IEnumerable<string> roots, ILogger logger, bool loadCode, IPluginLedger? ledger)
    {
        (_folders, _logger, _loadCode, _ledger) = (new PluginFolders([.. roots]), logger, loadCode, ledger ?? new MemoryLedger());
        Refresh();
    }

    /// <summary>The version of each plugin that runs, and folders that cannot be used, in order of their names.</summary>
    public IReadOnlyList<Plugin> Plugins => _plugins;

    /// <summary>Those whose product can run.</summary>
    public IEnumerable<Plugin> Active => _plugins.Where(p => p.CanRun);

    /// <summary>Something was added, replaced, removed, enabled or disabled.</summary>
    public event Action? Changed;

    /// <summary>A plugin by its id, in whatever state; an active one before others.</summary>
    public Plugin? Find(string id) => _plugins.Where(p => p.Id == id).MinBy(p => p.State);

    /// <summary>All plugins below some folders; one that does not exist holds none.</summary>
    /// <param name="roots">Folders of plugins. The first is the site's, where changes are kept.</param>
    /// <param name="logger">For an operator.</param>
    /// <param name="loadCode">Products run in this process. Otherwise no code of a plugin is ever loaded here.</param>
    /// <param name="ledger">What is remembered of crashes; in memory where nothing is given.</param>
    public static PluginCatalog Load(IEnumerable<string> roots, ILogger logger, bool loadCode = true, IPluginLedger? ledger = null) => new(roots, logger, loadCode, ledger);

    /// <summary>The plugin of one folder, with its code: what a worker loads.</summary>
    public static Plugin LoadOne(string folder)
    {
        try
        {
            return PluginCode.Make(Path.GetFullPath(folder), PluginCode.ReadManifest(folder), loadCode: true);
        }
        catch (Exception e) when (e is Sdk.Manifests.ManifestException or IOException or UnauthorizedAccessException)
        {
            return new Plugin(Path.GetFullPath(folder), null, PluginState.Malfunctioned, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var plugin in _plugins.Concat(_replaced))
            {
                plugin.Dispose();
            }
        }
    }

    /// <summary>Reads the folders anew. A plugin that is the same as before stays the object that it was, with its state.</summary>
    private void Refresh()
    {
        lock (_gate)
        {
            var before = _plugins;
            var next = new List<Plugin>();
            foreach (var group in _folders.Scan().GroupBy(f => f.Id))
            {
                var chosen = Choose(group.Key, [.. group]);
                foreach (var folder in group)
                {
                    if (ReferenceEquals(folder, chosen))
                    {
                        next.Add(before.FirstOrDefault(p => IsSame(p, folder)) ?? Make(folder));
                    }
                    else if (folder.Manifest is null)
                    {
                        next.Add(new Plugin(folder.Path, null, PluginState.Malfunctioned, folder.Problem));
                    }
                    else if (chosen is not null && folder.Root == chosen.Root && folder.Container != chosen.Container)
                    {
                        next.Add(new Plugin(folder.Path, folder.Manifest, PluginState.Malfunctioned, $"Another plugin is called '{folder.Id}' already."));
                    }
                }
            }

            _replaced.AddRange(before.Where(p => !next.Contains(p)));   // running jobs finish on them
            _plugins = [.. next.OrderBy(p => p.Folder, StringComparer.Ordinal)];
        }
    }

    private PluginFolder? Choose(string id, PluginFolder[] folders)
    {
        var usable = folders.Where(f => f.Manifest is not null).ToArray();
        if (_folders.Marked(id, CurrentMark) is { } wanted && usable.FirstOrDefault(f => f.Manifest!.Version == wanted) is { } marked)
        {
            return marked;
        }

        // Nothing was decided: the site's own before what came with the host, there the first folder's highest version.
        return usable.OrderBy(f => f.Root).ThenBy(f => f.Container, StringComparer.Ordinal)
            .ThenByDescending(f => f.Manifest!.Version, VersionOrder.Instance).FirstOrDefault();
    }

    private bool IsSame(Plugin plugin, PluginFolder folder) =>
        plugin.Folder == folder.Path && plugin.Version == folder.Manifest?.Version && (plugin.State == PluginState.Disabled) == IsDisabled(folder);

    private bool IsDisabled(PluginFolder folder) =>
        File.Exists(Path.Combine(folder.Path, DisabledMark)) || File.Exists(Path.Combine(folder.Container, DisabledMark)) || File.Exists(Path.Combine(_folders.Of(folder.Id), DisabledMark));

    private Plugin Make(PluginFolder folder)
    {
        var manifest = folder.Manifest!;
        var plugin = IsDisabled(folder)
            ? new Plugin(folder.Path, manifest, PluginState.Disabled, "An operator disabled it.")
            : _ledger.Quarantine(manifest.Id, manifest.Version) is { } quarantine
                ? new Plugin(folder.Path, manifest, PluginState.Quarantined, quarantine)
                : PluginCode.Make(folder.Path, manifest, _loadCode);
        LogLoaded(_logger, plugin.Id, plugin.Version, plugin.State, plugin.Reason);
        return plugin;
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Plugin {Id} {Version}: {State} {Reason}")]
    private static partial void LogLoaded(ILogger logger, string id, string? version, PluginState state, string? reason);
}
