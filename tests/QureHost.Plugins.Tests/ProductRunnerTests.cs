using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Sdk;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.Tests;

public sealed class ProductRunnerTests : IDisposable
{
    private readonly PluginFolderOfTest _folder = new();
    private readonly RunClock _clock = new(TimeProvider.System);
    private readonly FakeHost _host;

    public ProductRunnerTests() => _host = new FakeHost(_clock);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_product_that_throws_fails_its_attempt_with_what_it_said()
    {
        var outcome = await RunAsync("Throws");

        Assert.Equal((RunEnd.Failed, "InvalidOperationException: it went wrong", true), (outcome.End, outcome.Reason, outcome.Retry));
    }

    [Fact]
    public async Task A_product_that_cannot_be_made_fails_its_attempt()
    {
        var outcome = await RunAsync("ThrowsWhenMade");

        Assert.Equal(RunEnd.Failed, outcome.End);
        Assert.Contains("not in this world", outcome.Reason);
    }

    [Fact]
    public async Task A_silent_product_is_ended_after_its_heartbeat()
    {
        var outcome = await RunAsync("Waits", m => m["heartbeatSeconds"] = .3);

        Assert.Equal((RunEnd.Failed, true, false), (outcome.End, outcome.Retry, outcome.Abandoned));
        Assert.Contains("no sign of life for 0.3 s", outcome.Reason);
    }

    [Fact]
    public async Task A_lively_product_is_ended_after_its_timeout()
    {
        var outcome = await RunAsync("Lingers", m => m["timeoutSeconds"] = .4);

        Assert.Contains("not done after 0.4 s", outcome.Reason);
        Assert.NotEmpty(_host.Stages);
    }

    [Fact]
    public async Task A_product_that_never_returns_is_abandoned_can_say_nothing_more_and_is_put_aside_the_third_time()
    {
        using var catalog = _folder.AddMisbehaving("Spins", m => m["heartbeatSeconds"] = .1).Load();
        var plugin = catalog.Find("spins")!;
        var runner = Runner();

        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(PluginState.Active, plugin.State);
            var outcome = await runner.RunAsync(plugin, Info(plugin), Settings("{}"), _host, new RunClock(TimeProvider.System), CancellationToken.None);
            Assert.True(outcome.Abandoned);
        }

        Assert.Equal(PluginState.Malfunctioned, plugin.State);
        Environment.SetEnvironmentVariable("MISBEHAVING_RELEASE", "1");
        await Task.Delay(300);
        Assert.Empty(_host.Published);
    }

    [Fact]
    public async Task A_million_findings_are_cut_off_at_the_limit_and_fail_the_run_even_if_the_product_does_not_care()
    {
        var outcome = await RunAsync("Floods");

        Assert.Equal((RunEnd.Failed, false), (outcome.End, outcome.Retry));
        Assert.Contains("comes after 10000 results", outcome.Reason);
        Assert.Equal(10_000, _host.Published.Count);
    }

    [Fact]
    public async Task A_finding_that_the_manifest_does_not_list_fails_the_run_without_a_retry()
    {
        var outcome = await RunAsync("Invents");

        Assert.Equal((RunEnd.Failed, false), (outcome.End, outcome.Retry));
        Assert.Contains("'pneumothorax', which the manifest does not list", outcome.Reason);
        Assert.Empty(_host.Published);
    }

    [Fact]
    public async Task A_model_that_is_not_listed_is_refused_and_one_that_is_missing_says_so()
    {
        Assert.Contains("'somebody-elses' is not listed", (await RunAsync("AsksForMore")).Reason);

        using var catalog = _folder.Add("hello").Load();
        var plugin = catalog.Find("hello")!;
        var outcome = await Runner().RunAsync(plugin, Info(plugin), Settings("{}"), _host, _clock, CancellationToken.None);
        Assert.Equal((RunEnd.Failed, false), (outcome.End, outcome.Retry));
        Assert.StartsWith("Model 'brightness': there is no model.json", outcome.Reason);
    }

    [Fact]
    public async Task Waiting_for_slices_is_the_hosts_time_and_not_the_products()
    {
        var run = RunAsync("Watches", m => (m["heartbeatSeconds"], m["timeoutSeconds"]) = (.2, .3));
        await Task.Delay(800);
        Assert.False(run.IsCompleted);

        _host.Settled.SetResult();

        Assert.Equal(RunEnd.Finished, (await run).End);
        Assert.Equal(2, Assert.IsType<Measurement>(Assert.Single(_host.Published)).Value);
    }

    [Fact]
    public async Task A_cancelled_run_ends_as_cancelled()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        var outcome = await RunAsync("Watches", ct: cancel.Token);

        Assert.Equal(RunEnd.Cancelled, outcome.End);
    }

    private async Task<RunOutcome> RunAsync(string type, Action<JsonObject>? change = null, CancellationToken ct = default)
    {
        using var catalog = _folder.AddMisbehaving(type, change).Load();
        var plugin = catalog.Find(type.ToLowerInvariant())!;
        Assert.Equal((PluginState.Active, null), (plugin.State, plugin.Reason));
        return await Runner().RunAsync(plugin, Info(plugin), Settings("{}"), _host, _clock, ct);
    }

    private static ProductRunner Runner() => new(TimeProvider.System, NullLogger<ProductRunner>.Instance) { Grace = TimeSpan.FromMilliseconds(300) };

    private static RunInfo Info(Plugin plugin) => new("run-1", 1, plugin.Id, plugin.Manifest!.Version, "default", "1.2.3");

    private static JsonElement Settings(string json) => JsonDocument.Parse(json).RootElement;
}
