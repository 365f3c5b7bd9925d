using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using QureHost.Testing;

namespace QureHost.Plugins.Tests;

public sealed class PluginPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PluginFolderOfTest _plugins = new PluginFolderOfTest().Add("hello");

    public PluginPackageTests()
    {
        foreach (var file in new[] { "model.json", "model.onnx" })
        {
            Directory.CreateDirectory(Path.Combine(Hello, "models", "brightness"));
            File.Copy(Path.Combine(SharedData.RepositoryRoot, "tests", "models", "brightness", file), Path.Combine(Hello, "models", "brightness", file));
        }
    }

    private string Hello => Path.Combine(_plugins.Path, "hello");

    [Fact]
    public async Task A_plugin_is_packed_and_unpacked_byte_for_byte_and_twice_the_same()
    {
        var package = await PackAsync();

        var manifest = await PluginPackage.ExtractAsync(new MemoryStream(package), _folder.At("hello"), new PackageLimits(), CancellationToken.None);

        Assert.Equal(("hello", "1.2.3"), (manifest.Id, manifest.Version));
        var files = Directory.GetFiles(Hello, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Hello, f)).Order().ToArray();
        Assert.Equal(files, Directory.GetFiles(_folder.At("hello"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder.At("hello"), f)).Order());
        Assert.All(files, f => Assert.Equal(File.ReadAllBytes(Path.Combine(Hello, f)), File.ReadAllBytes(_folder.At("hello", f))));
        Assert.Equal(SHA256.HashData(package), SHA256.HashData(await PackAsync()));
    }

    [Theory]
    [InlineData("Hello.dll", "Hello.dll, the entry of plugin.json, is missing.")]
    [InlineData("Hello.deps.json", "Hello.deps.json is missing")]
    [InlineData("Sample.Greeting.dll", "Sample.Greeting.dll is missing, which Hello.deps.json lists.")]
    [InlineData("plugin.json", "There is no plugin.json")]
    [InlineData("models/brightness/model.json", "The model 'brightness' is missing")]
    [InlineData("models/brightness/model.onnx", "model.onnx is missing")]
    public async Task What_is_missing_is_refused(string file, string problem)
    {
        File.Delete(Path.Combine(Hello, file));

        Assert.Contains(problem, await RefusedToPackAsync());
    }

    [Theory]
    [InlineData("Stray.dll", "Stray.dll is not listed in Hello.deps.json.")]
    [InlineData("libstray.so", "libstray.so is not listed")]
    [InlineData("QureHost.Sdk.dll", "QureHost.Sdk.dll must not be here")]
    [InlineData("models/other/model.json", "models/other/model.json belongs to no model")]
    [InlineData(".hidden", ".hidden cannot be the name of a packed file.")]
    public async Task What_is_unlisted_is_refused(string file, string problem)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Hello, file))!);
        File.WriteAllText(Path.Combine(Hello, file), "stray");

        Assert.Contains(problem, await RefusedToPackAsync());
    }

    [Fact]
    public async Task A_model_with_other_bytes_than_its_card_says_is_not_packed()
    {
        File.AppendAllText(Path.Combine(Hello, "models", "brightness", "model.onnx"), "x");

        Assert.Contains("is not the file that model.json names", await RefusedToPackAsync());
    }

    [Fact]
    public async Task A_link_is_not_packed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        File.CreateSymbolicLink(Path.Combine(Hello, "passwd.txt"), "/etc/passwd");

        Assert.Contains("passwd.txt is a link.", await RefusedToPackAsync());
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData("/etc/evil.txt")]
    [InlineData("C:/evil.txt")]
    [InlineData("a\\..\\evil.txt")]
    [InlineData("folder/")]
    [InlineData(".ssh/key")]
    public async Task A_name_that_leaves_the_folder_is_refused_and_nothing_is_written(string name) =>
        Assert.Contains("plain file", await RefusedAsync((files, _) => files[name] = [1]));

    [Fact]
    public async Task A_file_that_is_not_listed_is_refused() =>
        Assert.Contains("not listed", await RefusedAsync((files, list) =>
        {
            files["stray.txt"] = [1];
            list["files"]!.AsObject().Remove("stray.txt");
        }));

    [Fact]
    public async Task A_listed_file_that_is_not_there_is_refused() =>
        Assert.Contains("not in the package", await RefusedAsync((files, _) => files.Remove("Sample.Greeting.dll"), sum: false));

    [Fact]
    public async Task A_changed_file_is_refused() =>
        Assert.Contains("damaged or was changed", await RefusedAsync((files, _) => files["Hello.dll"][100] ^= 1, sum: false));

    [Fact]
    public async Task A_file_longer_than_listed_is_refused() =>
        Assert.Contains("larger than the package says", await RefusedAsync((files, _) => files["Hello.dll"] = new byte[1 << 20], sum: false));

    [Fact]
    public async Task Another_id_in_the_list_than_in_the_manifest_is_refused() =>
        Assert.Contains("plugin.json is of hello", await RefusedAsync((_, list) => list["id"] = "chest-xray"));

    [Fact]
    public async Task A_package_for_another_sdk_is_refused() =>
        Assert.Contains("made for SDK >=9.0", await RefusedAsync((files, _) =>
        {
            var manifest = JsonNode.Parse(files["plugin.json"])!;
            manifest["sdk"] = ">=9.0";
            files["plugin.json"] = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
        }));

    [Fact]
    public async Task More_files_or_bytes_than_allowed_are_refused()
    {
        var package = await PackAsync();

        Assert.Contains("more than 2 files", await RefusedAsync(package, new PackageLimits { Files = 2 }));
        Assert.Contains("larger than", await RefusedAsync(package, new PackageLimits { UnpackedBytes = 5000 }));
    }

    [Fact]
    public async Task What_is_no_package_is_refused_wherever_it_is_cut()
    {
        Assert.Contains("no plugin package", await RefusedAsync("hello"u8.ToArray(), new PackageLimits()));
        var package = await PackAsync();
        for (var cut = 0; cut < package.Length; cut += Math.Max(1, package.Length / 40))
        {
            await RefusedAsync(package[..cut], new PackageLimits());
        }
    }

    public void Dispose()
    {
        _plugins.Dispose();
        _folder.Dispose();
    }

    private async Task<byte[]> PackAsync()
    {
        using var stream = new MemoryStream();
        await PluginPackage.WriteAsync(Hello, stream, CancellationToken.None);
        return stream.ToArray();
    }

    private async Task<string> RefusedToPackAsync() => (await Assert.ThrowsAsync<PackageException>(PackAsync)).Message;

    /// <summary>The sound package with a change; the list is made to agree unless <paramref name="sum"/> is false.</summary>
    private async Task<string> RefusedAsync(Action<Dictionary<string, byte[]>, JsonObject> change, bool sum = true)
    {
        var files = new Dictionary<string, byte[]>();
        using (var zip = new ZipArchive(new MemoryStream(await PackAsync())))
        {
            foreach (var entry in zip.Entries)
            {
                using var bytes = new MemoryStream();
                await using var from = entry.Open();
                await from.CopyToAsync(bytes);
                files[entry.FullName] = bytes.ToArray();
            }
        }

        var list = JsonNode.Parse(files["checksums.json"])!.AsObject();
        files.Remove("checksums.json");
        change(files, list);
        if (sum)
        {
            var missing = files.ContainsKey("stray.txt");   // a test of what is not listed keeps it out
            list["files"] = new JsonObject(files.Where(f => !missing || f.Key != "stray.txt").Select(f => KeyValuePair.Create(f.Key, (JsonNode?)new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(f.Value)), ["bytes"] = f.Value.Length })));
        }

        using var package = new MemoryStream();
        using (var zip = new ZipArchive(package, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files.Append(KeyValuePair.Create("checksums.json", System.Text.Encoding.UTF8.GetBytes(list.ToJsonString()))))
            {
                await using var to = zip.CreateEntry(name).Open();
                await to.WriteAsync(bytes);
            }
        }

        return await RefusedAsync(package.ToArray(), new PackageLimits());
    }

    private async Task<string> RefusedAsync(byte[] package, PackageLimits limits)
    {
        var target = _folder.At("target");
        var refused = await Assert.ThrowsAsync<PackageException>(() => PluginPackage.ExtractAsync(new MemoryStream(package), target, limits, CancellationToken.None));
        Assert.False(Directory.Exists(target));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        return refused.Message;
    }
}
