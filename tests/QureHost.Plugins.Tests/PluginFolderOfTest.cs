using System.Text.Json.Nodes;
using QureHost.Testing;

namespace QureHost.Plugins.Tests;

/// <summary>A folder of plugins made for one test from the test plugins beside the test's assembly.</summary>
internal sealed class PluginFolderOfTest : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public string Path => _root.Path;

    public PluginFolderOfTest Add(string name, Action<JsonObject>? change = null, string? id = null)
    {
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "test-plugins", name);
        var folder = _root.At(id ?? name);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(folder, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var path = System.IO.Path.Combine(folder, "plugin.json");
        if (change is not null)
        {
            var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            change(manifest);
            File.WriteAllText(path, manifest.ToJsonString());
        }

        return this;
    }

    /// <summary>A product of the misbehaving plugin under an id of its own.</summary>
    public PluginFolderOfTest AddMisbehaving(string type, Action<JsonObject>? change = null)
    {
        var id = type.ToLowerInvariant();
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "test-plugins", "misbehaving");
        var folder = _root.At(id);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file)));
        }

        var manifest = new JsonObject
        {
            ["id"] = id,
            ["name"] = type,
            ["version"] = "1.0.0",
            ["sdk"] = ">=0.1 <0.2",
            ["entry"] = new JsonObject { ["assembly"] = "Misbehaving.dll", ["type"] = $"Misbehaving.{type}" },
            ["starts"] = "Settled",
            ["inputs"] = new JsonArray(new JsonObject { ["modality"] = new JsonArray("CR") }),
            ["findings"] = new JsonArray("cardiomegaly"),
        };
        change?.Invoke(manifest);
        File.WriteAllText(System.IO.Path.Combine(folder, "plugin.json"), manifest.ToJsonString());
        return this;
    }

    public string Of(string id) => _root.At(id);

    public PluginCatalog Load() => PluginCatalog.Load([Path], Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    public void Dispose() => _root.Dispose();
}
