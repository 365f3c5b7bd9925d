using System.Text.Json.Nodes;
using QureHost.Plugins;
using QureHost.Testing;

namespace QureHost.Tests;

/// <summary>A host that came without plugins and with the tests' tiny models, and packages of the plugin Hello to put into it.</summary>
internal static class SampleHost
{
    public static readonly string Film = Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray", "normal.dcm");
    private static readonly string Models = Path.Combine(SharedData.RepositoryRoot, "tests", "models");

    public static Task<TestHost> StartAsync(AuthMode auth = AuthMode.None, string? plugins = null) =>
        TestHost.StartAsync(auth, o => o with { PluginDirectory = plugins ?? Path.Combine(o.DataDirectory, "none"), ModelDirectory = Models });

    /// <summary>Hello, in its folder, as somebody built it.</summary>
    public static void Write(string folder, string version)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "test-plugins", "hello");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        Directory.CreateDirectory(Path.Combine(folder, "models", "brightness"));
        foreach (var file in new[] { "model.json", "model.onnx" })
        {
            File.Copy(Path.Combine(Models, "brightness", file), Path.Combine(folder, "models", "brightness", file));
        }

        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "plugin.json")))!;
        manifest["version"] = version;
        File.WriteAllText(Path.Combine(folder, "plugin.json"), manifest.ToJsonString());
    }

    /// <summary>Hello as one file.</summary>
    public static async Task<byte[]> PackAsync(string version)
    {
        using var folder = new TemporaryFolder();
        Write(folder.At("hello"), version);
        using var package = new MemoryStream();
        await PluginPackage.WriteAsync(folder.At("hello"), package, TestContext.Current.CancellationToken);
        return package.ToArray();
    }
}
