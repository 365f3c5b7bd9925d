using System.Text.Json;
using QureHost.Commands;
using QureHost.Testing;

namespace QureHost.Tests;

/// <summary><c>qurehost plugin</c> and <c>qurehost models</c>, called as a user calls them. The console is the process's own: one at a time.</summary>
[Collection("console")]
public sealed class PluginCommandTests
{
    [Fact]
    public async Task A_packed_plugin_goes_through_its_life_in_a_running_host()
    {
        using var folder = new TemporaryFolder();
        await using var host = await SampleHost.StartAsync();
        SampleHost.Write(folder.At("built"), "1.2.3");

        Assert.Equal(0, (await RunAsync("pack", folder.At("built"), "--out", folder.At("hello.qhplugin"))).Status);
        Assert.Equal(0, (await RunAsync("add", folder.At("hello.qhplugin"), "--host", host.Address.ToString())).Status);

        var listed = (await ListAsync(host)).EnumerateArray().Single();
        Assert.Equal(("hello", "1.2.3", "Active"), (listed.GetProperty("id").GetString(), listed.GetProperty("version").GetString(), listed.GetProperty("state").GetString()));
        Assert.Equal(0, (await RunAsync("disable", "hello", "--host", host.Address.ToString())).Status);
        Assert.Equal("Disabled", (await ListAsync(host))[0].GetProperty("state").GetString());
        Assert.Equal(0, (await RunAsync("enable", "hello", "--host", host.Address.ToString())).Status);
        Assert.Equal(1, (await RunAsync("rollback", "hello", "--host", host.Address.ToString())).Status);
        Assert.Equal(0, (await RunAsync("remove", "hello", "--host", host.Address.ToString())).Status);
        Assert.Empty((await ListAsync(host)).EnumerateArray());
    }

    [Fact]
    public async Task A_call_that_is_wrong_or_a_host_that_is_not_there_has_its_exit_status()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(2, (await RunAsync("add", folder.At("nothing.qhplugin"))).Status);
        Assert.Equal(2, (await RunAsync("pack", folder.At("nowhere"))).Status);
        Assert.Equal(1, (await RunAsync("pack", folder.Path)).Status);
        Assert.Equal(1, (await RunAsync("list", "--host", "http://127.0.0.1:9")).Status);
        Assert.Equal(2, (await RunAsync("new", "7-of-nine", "--out", folder.At("new"))).Status);
    }

    [Theory]
    [InlineData("BrightFilm", "BrightFilm", "bright-film")]
    [InlineData("bright-film", "BrightFilm", "bright-film")]
    [InlineData("CTHead2", "CTHead2", "ct-head2")]
    public void A_name_has_two_spellings(string name, string pascal, string kebab) => Assert.Equal(new PluginName(pascal, kebab), PluginName.Parse(name));

    [Theory]
    [InlineData("")]
    [InlineData("1film")]
    [InlineData("../film")]
    [InlineData("film-")]
    [InlineData("a--b")]
    [InlineData("qurehost")]
    public void What_cannot_be_a_name_is_none(string name) => Assert.Null(PluginName.Parse(name));

    private static async Task<JsonElement> ListAsync(TestHost host) => JsonDocument.Parse((await RunAsync("list", "--json", "--host", host.Address.ToString())).Output).RootElement;

    private static async Task<(int Status, string Output)> RunAsync(params string[] arguments) => await ConsoleCapture.RunAsync(PluginCommand.Create(), arguments);
}
