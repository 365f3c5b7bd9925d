using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Testing;

namespace QureHost.Plugins.Tests;

public sealed class DeployTests : IDisposable
{
    private readonly PluginFolderOfTest _shipped = new();
    private readonly PluginFolderOfTest _unpacked = new();
    private readonly TemporaryFolder _site = new();

    public void Dispose()
    {
        _shipped.Dispose();
        _unpacked.Dispose();
        _site.Dispose();
    }

    [Fact]
    public async Task A_version_is_added_used_rolled_back_and_removed_and_what_was_decided_outlasts_the_catalog()
    {
        _shipped.Add("hello");
        using (var catalog = Load())
        {
            Assert.Equal("1.2.3", catalog.Find("hello")!.Version);
            var told = 0;
            catalog.Changed += () => told++;

            Assert.Equal("1.10.0", (await catalog.AddAsync(Version("1.10.0"), default)).Version);
            Assert.Equal("1.9.0", (await catalog.AddAsync(Version("1.9.0"), default)).Version);
            Assert.Equal(["1.10.0", "1.9.0", "1.2.3"], catalog.VersionsOf("hello").Select(v => v.Version));
            Assert.Equal("1.10.0", (await catalog.RollbackAsync("hello", default)).Version);
            Assert.Equal("1.2.3", (await catalog.UseAsync("hello", "1.2.3", default)).Version);
            Assert.Equal(4, told);
            Assert.Single(catalog.Plugins);
        }

        using var again = Load();
        Assert.Equal("1.2.3", again.Find("hello")!.Version);
        await again.UseAsync("hello", "1.9.0", default);
        await again.RemoveAsync("hello", "1.9.0", default);
        Assert.Equal("1.10.0", again.Find("hello")!.Version);
        await again.RemoveAsync("hello", null, default);
        Assert.Equal("1.2.3", again.Find("hello")!.Version);
        Assert.Contains("came with the host", (await Assert.ThrowsAsync<PluginException>(() => again.RemoveAsync("hello", null, default))).Message);
        Assert.False(Directory.Exists(_site.At("hello")));
    }

    [Fact]
    public async Task A_plugin_is_disabled_and_enabled_and_the_old_object_is_not_what_new_runs_see()
    {
        _shipped.Add("hello");
        using var catalog = Load();
        var before = catalog.Find("hello")!;

        Assert.Equal(PluginState.Disabled, (await catalog.DisableAsync("hello", default)).State);
        Assert.Empty(catalog.Active);
        Assert.Equal(PluginState.Active, before.State);   // a run under way goes on
        Assert.Equal(PluginState.Active, (await catalog.EnableAsync("hello", default)).State);
        await Assert.ThrowsAsync<PluginException>(() => catalog.EnableAsync("nothing", default));
    }

    [Fact]
    public async Task What_cannot_run_here_is_not_added()
    {
        _shipped.Add("hello");
        using var catalog = Load();

        Assert.Contains("is installed already", (await Refused(Version("1.2.3"))).Message);
        Assert.Contains("made for SDK >=9", (await Refused(_unpacked.Add("hello", m => (m["version"], m["sdk"]) = ("3.0.0", ">=9.0"), "other").Of("other"))).Message);
        Assert.Contains("holds no plugin", (await Refused(_site.Path)).Message);
        Assert.Contains("no version of 'hello' to go back to", (await Assert.ThrowsAsync<PluginException>(() => catalog.RollbackAsync("hello", default))).Message);
        Assert.Equal("1.2.3", catalog.Find("hello")!.Version);

        Task<PluginException> Refused(string folder) => Assert.ThrowsAsync<PluginException>(() => catalog.AddAsync(folder, default));
    }

    private PluginCatalog Load() => PluginCatalog.Load([_site.Path, _shipped.Path], NullLogger.Instance, loadCode: false);

    private string Version(string version) => _unpacked.Add("hello", m => m["version"] = version, version).Of(version);
}
