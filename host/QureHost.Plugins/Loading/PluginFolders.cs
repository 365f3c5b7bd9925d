using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>A folder that holds a version of a plugin, readable or not.</summary>
internal sealed record PluginFolder(string Path, string Container, int Root, PluginManifest? Manifest, string? Problem)
{
    public string Id => Manifest?.Id ?? System.IO.Path.GetFileName(Container);
}

/// <summary>
/// Where plugins lie: <c>{root}/{id}/{version}/</c> with <c>plugin.json</c>, or <c>{root}/{folder}/</c> for one version alone.
/// The first root is the site's, and what an operator decided lies there, in <c>{root}/{id}/</c>: the file <c>current</c>
/// names the version that runs, <c>previous</c> the one before it, and <c>disabled</c> puts the plugin aside.
/// </summary>
internal sealed class PluginFolders(IReadOnlyList<string> roots)
{
    public IReadOnlyList<PluginFolder> Scan() =>
    [
        .. from root in roots.Select((path, index) => (Path: System.IO.Path.GetFullPath(path), Index: index))
           where Directory.Exists(root.Path)
           from container in Directory.EnumerateDirectories(root.Path).Order(StringComparer.Ordinal)
           where !Path.GetFileName(container).StartsWith('.')
           from folder in Within(container)
           select Read(folder, container, root.Index),
    ];

    /// <summary>The site's folder for a plugin.</summary>
    public string Of(string id) => Path.Combine(Path.GetFullPath(roots[0]), id);

    public string? Marked(string id, string mark)
    {
        try
        {
            return File.ReadAllText(Path.Combine(Of(id), mark)).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Mark(string id, string mark, string? text)
    {
        var path = Path.Combine(Of(id), mark);
        if (text is null)
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            return;
        }

        Directory.CreateDirectory(Of(id));
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static IEnumerable<string> Within(string container)
    {
        if (File.Exists(Path.Combine(container, "plugin.json")))
        {
            yield return container;
        }

        foreach (var folder in Directory.EnumerateDirectories(container).Where(f => File.Exists(Path.Combine(f, "plugin.json"))).Order(StringComparer.Ordinal))
        {
            yield return folder;
        }
    }

    private static PluginFolder Read(string folder, string container, int root)
    {
        try
        {
            return new PluginFolder(folder, container, root, PluginCode.ReadManifest(folder), null);
        }
        catch (Exception e) when (e is ManifestException or IOException or UnauthorizedAccessException)
        {
            return new PluginFolder(folder, container, root, null, e.Message);
        }
    }
}
