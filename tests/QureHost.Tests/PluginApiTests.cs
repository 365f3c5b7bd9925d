using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using QureHost.Archive;

namespace QureHost.Tests;

/// <summary>Plugins of a running host, added and changed as an operator does it.</summary>
public sealed class PluginApiTests
{
    [Fact]
    public async Task A_plugin_is_added_reads_the_next_film_and_is_replaced_rolled_back_put_aside_and_removed()
    {
        await using var host = await SampleHost.StartAsync();
        Assert.Empty((await host.GetAsync("api/v1/plugins")).EnumerateArray());

        Assert.Equal(HttpStatusCode.Created, (await AddAsync(host, await SampleHost.PackAsync("1.2.3"))).StatusCode);

        Assert.Equal(("hello", "1.2.3", "Active"), await StateAsync(host));
        var bytes = await File.ReadAllBytesAsync(SampleHost.Film);
        (await host.StowAsync([bytes])).EnsureSuccessStatusCode();
        var study = QureHost.Dicom.DicomFile.Parse(bytes).Dataset.GetString(QureHost.Dicom.DicomTags.StudyInstanceUID)!;
        await host.EventsUntilAsync(study, e => e.Type == EventTypes.RunFinished && e.Product == "hello");
        var report = (await host.GetAsync($"api/v1/studies/{study}/findings")).EnumerateArray().Single(p => p.GetProperty("product").GetString() == "hello");
        Assert.Equal("1.2.3", report.GetProperty("version").GetString());
        Assert.NotEmpty(report.GetProperty("findings").EnumerateArray());

        Assert.Equal(HttpStatusCode.Created, (await AddAsync(host, await SampleHost.PackAsync("1.3.0"))).StatusCode);
        Assert.Equal(("hello", "1.3.0", "Active"), await StateAsync(host));
        Assert.Equal(["1.3.0", "1.2.3"], (await host.GetAsync("api/v1/plugins"))[0].GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("version").GetString()));
        await ChangeAsync(host, "rollback");
        Assert.Equal(("hello", "1.2.3", "Active"), await StateAsync(host));
        await ChangeAsync(host, "disable");
        Assert.Equal(("hello", "1.2.3", "Disabled"), await StateAsync(host));
        await ChangeAsync(host, "enable");
        Assert.Equal(("hello", "1.2.3", "Active"), await StateAsync(host));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.DeleteAsync("api/v1/plugins/hello")).StatusCode);
        Assert.Empty((await host.GetAsync("api/v1/plugins")).EnumerateArray());

        var audited = (await host.GetAsync("api/v1/audit")).EnumerateArray().Select(a => a.GetProperty("action").GetString()).ToArray();
        Assert.Superset(new HashSet<string?> { "plugin.add", "plugin.rollback", "plugin.disable", "plugin.enable", "plugin.remove" }, audited.ToHashSet());
    }

    [Fact]
    public async Task What_is_damaged_there_already_or_unknown_is_refused_and_leaves_nothing()
    {
        await using var host = await SampleHost.StartAsync();
        var package = await SampleHost.PackAsync("1.2.3");
        var damaged = (byte[])package.Clone();
        damaged[package.Length / 2] ^= 0xFF;

        Assert.Equal(HttpStatusCode.BadRequest, (await AddAsync(host, "no zip at all"u8.ToArray())).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await AddAsync(host, damaged)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await AddAsync(host, package[..^100])).StatusCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Options.DataDirectory, "plugins")));

        Assert.Equal(HttpStatusCode.Created, (await AddAsync(host, package)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await AddAsync(host, package)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await host.Http.PostAsync("api/v1/plugins/hello/rollback", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.PostAsync("api/v1/plugins/nowhere/disable", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync("api/v1/plugins/..%2Fmodels")).StatusCode);
        Assert.Equal([Path.Combine(host.Options.DataDirectory, "plugins", "hello")], Directory.EnumerateFileSystemEntries(Path.Combine(host.Options.DataDirectory, "plugins")));
    }

    [Fact]
    public async Task Only_an_admin_of_all_sites_changes_plugins()
    {
        await using var host = await SampleHost.StartAsync(AuthMode.Local);
        var password = (await File.ReadAllTextAsync(Path.Combine(host.Options.DataDirectory, "first-password.txt"))).Trim();
        Assert.Equal(HttpStatusCode.Unauthorized, (await AddAsync(host, [1])).StatusCode);
        (await host.Http.PostAsJsonAsync("api/v1/login", new { user = "admin", password })).EnsureSuccessStatusCode();
        using var local = await KeyAsync(host, "default");
        using var all = await KeyAsync(host, "*");

        Assert.Equal(HttpStatusCode.Forbidden, (await AddAsync(host, await SampleHost.PackAsync("1.2.3"), local)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await local.DeleteAsync("api/v1/plugins/hello")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(host, await SampleHost.PackAsync("1.2.3"), all)).StatusCode);
    }

    private static async Task<HttpClient> KeyAsync(TestHost host, string site)
    {
        var made = await (await host.Http.PostAsJsonAsync("api/v1/keys", new { name = "deploy", site, roles = new[] { "admin" } })).Content.ReadFromJsonAsync<JsonElement>();
        var client = new HttpClient { BaseAddress = host.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("key").GetString());
        return client;
    }

    private static async Task<HttpResponseMessage> AddAsync(TestHost host, byte[] package, HttpClient? http = null)
    {
        using var content = new ByteArrayContent(package);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await (http ?? host.Http).PostAsync("api/v1/plugins", content);
    }

    private static async Task ChangeAsync(TestHost host, string verb) => (await host.Http.PostAsync($"api/v1/plugins/hello/{verb}", null)).EnsureSuccessStatusCode();

    private static async Task<(string?, string?, string?)> StateAsync(TestHost host)
    {
        var plugin = (await host.GetAsync("api/v1/plugins"))[0];
        return (plugin.GetProperty("id").GetString(), plugin.GetProperty("version").GetString(), plugin.GetProperty("state").GetString());
    }
}
