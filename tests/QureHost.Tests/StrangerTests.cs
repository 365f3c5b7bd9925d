using System.Text.Json;
using QureHost.Testing;

namespace QureHost.Tests;

/// <summary>What <c>sdk/README.md</c> promises to somebody outside this repository.</summary>
public sealed class StrangerTests : IDisposable
{
    private static readonly string Program = Path.Combine(SharedData.RepositoryRoot, "host", "QureHost", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "QureHost.dll");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_new_plugin_builds_in_an_empty_folder_passes_its_own_tests_and_is_packed()
    {
        var plugin = _folder.At("somewhere", "else");
        await DotnetAsync(0, [Program, "plugin", "new", "BrightFilm", "--out", plugin]);

        var tests = await DotnetAsync(0, ["run", "--project", Path.Combine(plugin, "BrightFilm.Tests")], plugin);
        await DotnetAsync(0, [Program, "plugin", "pack", plugin, "--out", _folder.At("bright.qhplugin")]);

        Assert.Contains("Total: 4", tests);
        Assert.Contains("Failed: 0", tests);
        Assert.True(new FileInfo(_folder.At("bright.qhplugin")).Length > 1000);
        var code = await File.ReadAllLinesAsync(Path.Combine(plugin, "BrightFilm", "Product.cs"));
        Assert.True(code.Count(l => l.Trim() is { Length: > 0 } t && !t.StartsWith("//", StringComparison.Ordinal)) < 60);
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_left_alone()
    {
        await File.WriteAllTextAsync(_folder.At("mine.txt"), "mine");

        await DotnetAsync(2, [Program, "plugin", "new", "BrightFilm", "--out", _folder.Path]);

        Assert.Equal([_folder.At("mine.txt")], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Dotnet_new_makes_the_same_files_of_the_template()
    {
        var hive = _folder.At("hive");
        await DotnetAsync(0, [Program, "plugin", "new", "BrightFilm", "--out", _folder.At("ours")]);
        var sdk = JsonDocument.Parse(await DotnetAsync(0, [Program, "plugin", "sdk", _folder.At("sdk"), "--json"])).RootElement.GetProperty("sdk").GetString()!;

        await DotnetAsync(0, ["new", "install", Path.Combine(SharedData.RepositoryRoot, "sdk", "templates", "plugin"), "--debug:custom-hive", hive]);
        await DotnetAsync(0, ["new", "qurehost-plugin", "-n", "BrightFilm", "-o", _folder.At("theirs"), "--sdk", sdk, "--debug:custom-hive", hive]);

        var theirs = Files(_folder.At("theirs"));
        Assert.Equal(Files(_folder.At("ours")).Where(f => !f.Key.StartsWith("qurehost-sdk", StringComparison.Ordinal)), theirs);
        Assert.NotEmpty(theirs);
    }

    public void Dispose() => _folder.Dispose();

    private static SortedDictionary<string, string> Files(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(folder, f), File.ReadAllText), StringComparer.Ordinal);

    private static async Task<string> DotnetAsync(int status, string[] arguments, string? folder = null)
    {
        var (code, output) = await OutsideTool.RunAsync("dotnet", arguments, TestContext.Current.CancellationToken, folder);
        Assert.True(code == status, $"dotnet {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }
}
