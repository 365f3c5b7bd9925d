using System.Text.Json;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>
/// What a plugin's folder must hold to be packed or installed: nothing missing that its manifest and its code name, and
/// nothing that neither names.
/// </summary>
internal static class PluginContents
{
    private const string Sdk = "QureHost.Sdk";

    /// <summary>The manifest, where it can be used.</summary>
    /// <exception cref="PackageException">It is missing or cannot be used.</exception>
    public static PluginManifest ReadManifest(string folder)
    {
        var path = Path.Combine(folder, "plugin.json");
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? throw new PackageException($"There is no plugin.json in {folder}.")
                : file.Length > ManifestReader.LargestBytes ? throw new PackageException("plugin.json is larger than 1 MB.")
                : ManifestReader.Read(File.ReadAllBytes(path));
        }
        catch (ManifestException e)
        {
            throw new PackageException([.. e.Problems.Select(p => $"plugin.json: {p}")]);
        }
    }

    /// <summary>What is missing or unlisted; empty where all is well.</summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="files">Paths of its files within the folder, with <c>/</c>.</param>
    public static IReadOnlyList<string> Problems(string folder, PluginManifest manifest, IReadOnlyCollection<string> files)
    {
        var problems = new List<string>();
        if (!files.Contains(manifest.Entry.Assembly))
        {
            problems.Add($"{manifest.Entry.Assembly}, the entry of plugin.json, is missing.");
        }

        foreach (var name in manifest.Models)
        {
            if (!files.Contains($"models/{name}/model.json"))
            {
                problems.Add($"The model '{name}' is missing: models/{name}/ holds its model.json and model.onnx.");
                continue;
            }

            problems.AddRange(ModelCheck.Verify(Path.Combine(folder, "models", name)).Problems.Select(p => $"Model '{name}': {p}"));
        }

        problems.AddRange(files.Where(f => f.StartsWith("models/", StringComparison.Ordinal) && !manifest.Models.Contains(f.Split('/')[1]))
            .Select(f => $"{f} belongs to no model that plugin.json lists."));
        problems.AddRange(CodeProblems(folder, manifest, files));
        return problems;
    }

    /// <summary>Assemblies and native libraries against the entry's <c>.deps.json</c>, which lists what the code was built with.</summary>
    private static List<string> CodeProblems(string folder, PluginManifest manifest, IReadOnlyCollection<string> files)
    {
        var problems = new List<string>();
        var deps = Path.ChangeExtension(manifest.Entry.Assembly, ".deps.json");
        if (!files.Contains(deps))
        {
            problems.Add($"{deps} is missing: build with EnableDynamicLoading, so that the plugin's dependencies lie beside it and are listed.");
            return problems;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, deps)));
            var listed = Listed(document.RootElement).ToHashSet(StringComparer.OrdinalIgnoreCase);
            problems.AddRange(files.Where(f => Path.GetFileName(f).Equals($"{Sdk}.dll", StringComparison.OrdinalIgnoreCase))
                .Select(f => $"{f} must not be here: the host brings the SDK. Reference it with ExcludeAssets=\"runtime\"."));
            problems.AddRange(listed.Where(l => !files.Contains(l, StringComparer.OrdinalIgnoreCase)).Select(l => $"{l} is missing, which {deps} lists."));
            problems.AddRange(files.Where(f => IsCode(f) && !listed.Contains(f) && !Path.GetFileName(f).Equals($"{Sdk}.dll", StringComparison.OrdinalIgnoreCase))
                .Select(f => $"{f} is not listed in {deps}."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            problems.Add($"{deps} cannot be read: {e.Message}");
        }

        return problems;
    }

    private static bool IsCode(string file) =>
        !file.StartsWith("models/", StringComparison.Ordinal) && Path.GetExtension(file).ToLowerInvariant() is ".dll" or ".so" or ".dylib" or ".exe";

    /// <summary>Where the build put what it lists: package assemblies beside the entry, platform assets in their own folders.</summary>
    private static IEnumerable<string> Listed(JsonElement deps)
    {
        var target = deps.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
        foreach (var library in deps.GetProperty("targets").GetProperty(target).EnumerateObject())
        {
            if (library.Name.StartsWith($"{Sdk}/", StringComparison.OrdinalIgnoreCase))
            {
                continue;   // the host's
            }

            foreach (var kind in new[] { "runtime", "native" })
            {
                if (library.Value.TryGetProperty(kind, out var assets))
                {
                    foreach (var asset in assets.EnumerateObject())
                    {
                        yield return asset.Name.Split('/')[^1];
                    }
                }
            }

            if (library.Value.TryGetProperty("resources", out var resources))
            {
                foreach (var asset in resources.EnumerateObject())
                {
                    yield return string.Join('/', asset.Name.Split('/')[^2..]);
                }
            }

            if (library.Value.TryGetProperty("runtimeTargets", out var platforms))
            {
                foreach (var asset in platforms.EnumerateObject())
                {
                    yield return asset.Name;
                }
            }
        }
    }
}
