using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using QureHost.Hosting;
using QureHost.Phantoms;

namespace QureHost.Tests;

public sealed class AccessTests
{
    [Theory]
    [InlineData("http://0.0.0.0:5000")]
    [InlineData("http://*:5000")]
    [InlineData("http://127.0.0.1:5000;http://192.168.1.4:5000")]
    [InlineData("http://example.org:80")]
    public void Without_logins_an_address_beyond_loopback_is_refused(string urls) =>
        Assert.Contains("loopback", Bootstrap.Refusal(new ServeOptions { Urls = urls }));

    [Theory]
    [InlineData("http://127.0.0.1:5000", AuthMode.None)]
    [InlineData("http://localhost:1;http://[::1]:2", AuthMode.None)]
    [InlineData("http://0.0.0.0:5000", AuthMode.Local)]
    public void Loopback_or_logins_are_accepted(string urls, AuthMode auth) =>
        Assert.Null(Bootstrap.Refusal(new ServeOptions { Urls = urls, Auth = auth }));

    [Fact]
    public async Task Without_logins_a_foreign_host_name_or_origin_gets_nothing()
    {
        await using var host = await TestHost.StartAsync();
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "api/v1/worklist") { Headers = { Host = "evil.example" } };
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "api/v1/logout") { Headers = { { "Origin", "https://evil.example" } } };
        using var own = new HttpRequestMessage(HttpMethod.Post, "api/v1/logout") { Headers = { { "Origin", host.Address.GetLeftPart(UriPartial.Authority) } } };

        Assert.Equal(HttpStatusCode.Forbidden, (await host.Http.SendAsync(rebound)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Http.SendAsync(foreign)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.SendAsync(own)).StatusCode);
    }

    [Theory]
    [InlineData("api/v1/worklist")]
    [InlineData("api/v1/products")]
    [InlineData("api/v1/audit")]
    [InlineData("api/v1/users")]
    [InlineData("api/v1/masks/x")]
    [InlineData("dicomweb/studies")]
    [InlineData("dicomweb/studies/1.2/series/1.3/instances/1.4/frames/1")]
    [InlineData("sites/default/dicomweb/studies")]
    [InlineData("metrics")]
    public async Task With_logins_nothing_answers_a_stranger(string path)
    {
        await using var host = await TestHost.StartAsync(AuthMode.Local);

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("health")).StatusCode);
    }

    [Fact]
    public async Task The_first_password_logs_in_a_wrong_one_does_not_and_both_are_audited()
    {
        await using var host = await TestHost.StartAsync(AuthMode.Local);
        var password = (await File.ReadAllTextAsync(Path.Combine(host.Options.DataDirectory, "first-password.txt"))).Trim();

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.PostAsJsonAsync("api/v1/login", new { user = "admin", password = "wrong" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.PostAsJsonAsync("api/v1/login", new { user = "admin", password })).StatusCode);

        var session = await host.GetAsync("api/v1/session");
        Assert.Equal("admin", session.GetProperty("user").GetString());
        var actions = (await host.GetAsync("api/v1/audit")).EnumerateArray().Select(a => a.GetProperty("action").GetString()).ToArray();
        Assert.Contains("login", actions);
        Assert.Contains("login.failed", actions);
    }

    [Fact]
    public async Task A_reader_reads_and_changes_nothing_and_a_key_works_at_its_own_site_alone()
    {
        await using var host = await TestHost.StartAsync(AuthMode.Local);
        await LoginAsync(host, "admin", (await File.ReadAllTextAsync(Path.Combine(host.Options.DataDirectory, "first-password.txt"))).Trim());
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PutAsJsonAsync("api/v1/sites/north", new { name = "North" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PutAsJsonAsync("api/v1/users/rita", new { password = "long enough 1", roles = new[] { "reader" }, sites = new[] { "default" } })).StatusCode);
        var made = await (await host.Http.PostAsJsonAsync("api/v1/keys", new { name = "ct", site = "north", roles = new[] { "sender", "reader" } })).Content.ReadFromJsonAsync<JsonElement>();

        using var machine = new HttpClient { BaseAddress = host.Address };
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("key").GetString());
        var files = new List<byte[]>();
        PhantomStudy.Build("head-ct", new PhantomOptions { Slices = 2 }, (_, bytes) => files.Add(bytes));
        Assert.Equal(HttpStatusCode.NotFound, (await host.StowAsync(files, machine)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.StowAsync(files, machine, "sites/north/dicomweb/studies")).StatusCode);

        using var rita = new HttpClient { BaseAddress = host.Address };
        await LoginAsync(host, "rita", "long enough 1", rita);
        Assert.Equal(HttpStatusCode.OK, (await rita.GetAsync("api/v1/worklist")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await rita.GetAsync("api/v1/worklist?site=north")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await rita.GetAsync("sites/north/dicomweb/studies")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await rita.PutAsJsonAsync("api/v1/sites/default/products/chest-xray", new { enabled = false })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.StowAsync(files, rita)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await rita.DeleteAsync("dicomweb/studies/1.2.3")).StatusCode);

        await host.Http.DeleteAsync($"api/v1/keys/{made.GetProperty("id").GetString()}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await machine.GetAsync("sites/north/dicomweb/studies")).StatusCode);
        await host.Http.DeleteAsync("api/v1/users/rita");
        Assert.Equal(HttpStatusCode.Unauthorized, (await rita.GetAsync("api/v1/worklist")).StatusCode);
    }

    [Fact]
    public async Task Pages_carry_a_strict_policy()
    {
        await using var host = await TestHost.StartAsync();

        var answer = await host.Http.GetAsync("/");

        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync("/assets/missing.js")).StatusCode);
    }

    private static async Task LoginAsync(TestHost host, string user, string password, HttpClient? http = null) =>
        (await (http ?? host.Http).PostAsJsonAsync("api/v1/login", new { user, password })).EnsureSuccessStatusCode();
}
