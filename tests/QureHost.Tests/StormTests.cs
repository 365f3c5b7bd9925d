using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using QureHost.Archive;
using QureHost.Phantoms;
using QureHost.Plugins;

namespace QureHost.Tests;

/// <summary>The whole host while plugins take their processes down: DICOMweb answers, the other products finish.</summary>
public sealed class StormTests
{
    private static readonly string[] Faults =
        ["Throws", "ThreadThrows", "Overflows", "Exits", "WritesNull", "Spins", "NeverAnswers", "Garbles", "Babbles", "Impersonates", "MistakesTheStudy"];

    [Fact]
    public Task The_host_answers_dicomweb_and_finishes_the_other_products_while_plugins_crash() => StormAsync(1);

    /// <summary>A measurement, run by hand: <c>QUREHOST_FAULT_ROUNDS</c> rounds, with the latency of QIDO-RS throughout.</summary>
    [Fact(Explicit = true)]
    public Task Measure_dicomweb_in_many_storms() => StormAsync(int.Parse(Environment.GetEnvironmentVariable("QUREHOST_FAULT_ROUNDS") ?? "20", CultureInfo.InvariantCulture));

    private static async Task StormAsync(int rounds)
    {
        await using var host = await TestHost.StartAsync(change: options =>
        {
            Array.ForEach(Faults, type => Install(type, Path.Combine(options.DataDirectory, "plugins", type.ToLowerInvariant())));
            return options;
        });
        using var end = new CancellationTokenSource();
        var asking = AskAsync(host.Http, end.Token);
        for (var round = 1; round <= rounds; round++)
        {
            var study = await host.StorePhantomAsync("chest-xray", new PhantomOptions { Seed = round });
            await UntilAsync(() => host.Archive.Jobs.List(new JobFilter { StudyUids = [study] }) is { Count: var count } jobs && count == Faults.Length + 1 && jobs.All(j => !j.IsOpen), study, host);
            foreach (var job in host.Archive.Jobs.List(new JobFilter { StudyUids = [study] }))
            {
                Assert.Equal((job.Product, job.Product == "chest-xray" ? JobState.Finished : JobState.Failed), (job.Product, job.State));
                Assert.False(job.State == JobState.Failed && string.IsNullOrWhiteSpace(job.Reason), job.Product);
            }

            foreach (var type in Faults)
            {
                await host.Service<PluginCatalog>().EnableAsync(type.ToLowerInvariant(), CancellationToken.None);   // what three studies quarantine is tried on
            }
        }

        await end.CancelAsync();
        var times = await asking;
        Assert.NotEmpty(times);
        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rounds} rounds of {Faults.Length} faults; QIDO-RS answered {times.Count} times: median {times[times.Count / 2]:F1} ms, p99 {times[times.Count * 99 / 100]:F1} ms, slowest {times[^1]:F1} ms");
    }

    /// <summary>Asks for studies until it is told to stop. An answer that is no success fails the test.</summary>
    private static async Task<List<double>> AskAsync(HttpClient http, CancellationToken ct)
    {
        var times = new List<double>();
        while (!ct.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            using var answer = await http.GetAsync("dicomweb/studies?limit=10", CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            times.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(10, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return times;
    }

    private static void Install(string type, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "test-plugins", "misbehaving")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var silent = type is "Spins" or "NeverAnswers";
        File.WriteAllText(Path.Combine(folder, "plugin.json"), new JsonObject
        {
            ["id"] = type.ToLowerInvariant(),
            ["name"] = type,
            ["version"] = "1.0.0",
            ["sdk"] = ">=0.1 <1.0",
            ["entry"] = new JsonObject { ["assembly"] = "Misbehaving.dll", ["type"] = $"Misbehaving.{type}" },
            ["starts"] = "Slice",
            ["inputs"] = new JsonArray(new JsonObject { ["modality"] = new JsonArray("CR", "DX") }),
            ["findings"] = new JsonArray("cardiomegaly"),
            ["attempts"] = 1,
            ["heartbeatSeconds"] = silent ? 1 : 60,
        }.ToJsonString());
    }

    private static async Task UntilAsync(Func<bool> condition, string study, TestHost host)
    {
        for (var i = 0; i < 2400 && !condition(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(condition(), string.Join("; ", host.Archive.Jobs.List(new JobFilter { StudyUids = [study] }).Select(j => $"{j.Product} {j.State} {j.Reason}")));
    }
}
