using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using QureHost.Archive;
using QureHost.Inference;
using QureHost.Products;
using QureHost.Simulation;
using QureHost.Testing;

namespace QureHost.Tests;

public sealed class OperationsTests
{
    [Fact]
    public async Task After_a_film_the_operators_view_shows_its_times_device_and_model_and_a_simulation_can_start_from_it()
    {
        await using var host = await TestHost.StartAsync();
        var seen = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = s => s.Name == StudyTimes.Source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = seen.Enqueue };
        ActivitySource.AddActivityListener(listener);
        var bytes = await File.ReadAllBytesAsync(Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray"), "*.dcm").Order().First());
        (await host.StowAsync([bytes])).EnsureSuccessStatusCode();
        var study = QureHost.Dicom.DicomFile.Parse(bytes).Dataset.GetString(QureHost.Dicom.DicomTags.StudyInstanceUID)!;
        await host.EventsUntilAsync(study, e => e.Type == EventTypes.RunFinished && e.Product == "chest-xray");

        JsonElement Chest(JsonElement view) => view.GetProperty("products").EnumerateArray().Single(p => p.GetProperty("id").GetString() == "chest-xray");
        var view = await host.GetAsync("api/v1/operations");
        for (var i = 0; i < 200 && !Chest(view).TryGetProperty("times", out _); i++)
        {
            await Task.Delay(50);
            view = await host.GetAsync("api/v1/operations");
        }

        var times = Chest(view).GetProperty("times");
        Assert.Equal(1, times.GetProperty("finished").GetInt32());
        Assert.InRange(times.GetProperty("firstFinding").GetProperty("p50").GetDouble(), 0, times.GetProperty("end").GetProperty("p50").GetDouble());
        var device = view.GetProperty("devices")[0];
        Assert.True(device.GetProperty("dispatches").GetInt32() > 0);
        Assert.InRange(device.GetProperty("usedBytes").GetInt64(), 1, device.GetProperty("budgetBytes").GetInt64());
        Assert.Contains(device.GetProperty("models").EnumerateArray(), m => m.GetProperty("name").GetString()!.StartsWith("chest-xray ", StringComparison.Ordinal));

        var metrics = await host.Http.GetStringAsync("metrics");
        Assert.Contains("qurehost_device_busy_seconds_total{device=", metrics);
        Assert.Contains("qurehost_product_first_finding_seconds_count{product=\"chest-xray\"}", metrics);
        Assert.Contains("qurehost_plugin_state{plugin=\"chest-xray\",state=\"Active\"} 1", metrics);
        Assert.Contains("qurehost_calls_queued{lane=\"Stat\"} 0", metrics);

        // One trace: the ingest, the wait and the run have one number, and it is no UID.
        var spans = seen.Where(s => s.TraceId == StudyTimes.TraceOf($"default\n{study}").TraceId).ToArray();
        Assert.Equal(["ingest to queue", "run chest-xray", "wait chest-xray"], spans.Select(s => s.OperationName).Order());
        Assert.DoesNotContain(spans.SelectMany(s => s.TagObjects), t => Convert.ToString(t.Value, CultureInfo.InvariantCulture)!.Contains(study, StringComparison.Ordinal));

        var scenario = ScenarioReader.Read(await host.Http.GetStringAsync("api/v1/scheduler/scenario?hours=1"));
        Assert.Single(scenario.Products.Single(p => p.Id == "chest-xray").Arrivals!);
        Assert.Single(VirtualMachine.Run(ScenarioWorkload.Of(scenario), Policies.Lanes).Jobs);

        Assert.Contains("parts", (await host.Http.GetStringAsync("health")));
        Assert.NotEmpty(host.Service<InferenceService>().LearntCosts());
    }

    [Fact]
    public async Task The_operators_view_is_for_admins()
    {
        await using var host = await TestHost.StartAsync(AuthMode.Local);

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.GetAsync("api/v1/operations")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.GetAsync("api/v1/scheduler/scenario")).StatusCode);
        Assert.DoesNotContain("parts", await host.Http.GetStringAsync("health"));
    }
}
