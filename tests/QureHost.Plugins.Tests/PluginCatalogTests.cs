using System.Reflection;
using System.Text.Json.Nodes;
using QureHost.Sdk;

namespace QureHost.Plugins.Tests;

public sealed class PluginCatalogTests : IDisposable
{
    private readonly PluginFolderOfTest _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plugin_keeps_its_own_version_of_a_library_that_its_host_has_too()
    {
        using var catalog = _folder.Add("hello").Load();

        var plugin = Assert.Single(catalog.Plugins);
        Assert.Equal((PluginState.Active, null), (plugin.State, plugin.Reason));
        Assert.Equal(("hello", "1.2.3", 60d, 2), (plugin.Id, plugin.Manifest!.Version, plugin.Manifest.HeartbeatSeconds, plugin.Manifest.Attempts));
        var product = plugin.Create();
        var context = System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(product.GetType().Assembly)!;
        var theirs = context.LoadFromAssemblyName(new AssemblyName("Sample.Greeting"));

        Assert.Equal("greeting 2", Sample.Greeting.Greeter.Version);
        Assert.Equal("greeting 1", theirs.GetType("Sample.Greeting.Greeter")!.GetProperty("Version")!.GetValue(null));
        Assert.Same(typeof(IProduct).Assembly, product.GetType().GetInterface(nameof(IProduct))!.Assembly);
    }

    [Fact]
    public void The_folder_of_a_plugin_holds_no_copy_of_the_sdk() =>
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "test-plugins", "hello", "QureHost.Sdk.dll")));

    [Theory]
    [InlineData("Nowhere.dll", "Hello.HelloProduct", "Nowhere.dll is missing")]
    [InlineData("Hello.dll", "Hello.Nothing", "has no class Hello.Nothing")]
    [InlineData("Hello.dll", "Hello.HelloSettings", "does not implement IProduct")]
    [InlineData("text.dll", "Hello.HelloProduct", "text.dll cannot be loaded")]
    public void A_plugin_whose_code_is_not_what_its_manifest_says_malfunctions_and_the_others_load(string assembly, string type, string reason)
    {
        _folder.Add("hello", m => m["entry"] = new JsonObject { ["assembly"] = assembly, ["type"] = type }, id: "broken");
        File.WriteAllText(Path.Combine(_folder.Path, "broken", "text.dll"), "this is no assembly");

        using var catalog = _folder.Add("hello", m => m["id"] = "sound", id: "sound").Load();

        Assert.Equal([PluginState.Malfunctioned, PluginState.Active], catalog.Plugins.Select(p => p.State));
        Assert.Contains(reason, catalog.Plugins[0].Reason);
    }

    [Fact]
    public void A_plugin_for_another_sdk_is_not_supported()
    {
        using var catalog = _folder.Add("hello", m => m["sdk"] = ">=7.0 <8.0").Load();

        Assert.Equal(PluginState.NotSupported, catalog.Plugins[0].State);
        Assert.Contains("made for SDK >=7.0 <8.0", catalog.Plugins[0].Reason);
    }

    [Fact]
    public void A_plugin_that_an_operator_disabled_is_not_loaded()
    {
        _folder.Add("hello");
        File.WriteAllText(Path.Combine(_folder.Path, "hello", "disabled"), "");

        using var catalog = _folder.Load();

        Assert.Equal(PluginState.Disabled, catalog.Plugins[0].State);
        Assert.Throws<InvalidOperationException>(() => catalog.Plugins[0].Create());
    }

    [Fact]
    public void The_second_plugin_of_one_id_malfunctions()
    {
        using var catalog = _folder.Add("hello", id: "a").Add("hello", id: "b").Load();

        Assert.Contains("called 'hello' already", catalog.Plugins[1].Reason);
        Assert.Same(catalog.Plugins[0], catalog.Find("hello"));
    }

    [Fact]
    public void A_manifest_that_is_not_json_is_told_with_its_line()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "garbled"));
        File.WriteAllText(Path.Combine(_folder.Path, "garbled", "plugin.json"), "{\n  \"id\": hello\n}");

        using var catalog = _folder.Load();

        Assert.Equal(("garbled", PluginState.Malfunctioned), (catalog.Plugins[0].Id, catalog.Plugins[0].State));
        Assert.Contains("LineNumber: 1", catalog.Plugins[0].Reason);
    }
}
