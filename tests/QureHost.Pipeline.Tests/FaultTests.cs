using System.Diagnostics;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Plugins;
using QureHost.Sdk.Results;

namespace QureHost.Pipeline.Tests;

/// <summary>What a plugin may do to its process, done for real: the job ends with a reason, the others finish, nothing is left.</summary>
public sealed class FaultTests : IAsyncDisposable
{
    private static readonly (string Product, string Reason)[] Faults =
    [
        ("Throws", "InvalidOperationException: it went wrong"),
        ("ThreadThrows", "Its process ended: it aborted"),
        ("Overflows", "Its process ended: it aborted"),
        ("Exits", "Its process ended: it exited with code 0"),
        ("WritesNull", "Its process ended: "),
        ("Spins", "It gave no sign of life"),
        ("NeverAnswers", "It gave no sign of life"),
        ("Hogs", "memory"),
        ("Garbles", "A frame says that it has 4294967295 bytes"),
        ("Babbles", "is no message of protocol 1"),
        ("Impersonates", "it spoke for a run that was not given to it"),
        ("MistakesTheStudy", "points at instance 1.2.3.4.5"),
        ("Floods", "comes after 200 results"),
    ];

    private readonly House _house = new();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public Task In_a_storm_of_faults_each_job_ends_with_a_reason_the_others_finish_and_nothing_is_left() => StormAsync(1);

    /// <summary>The same for as many rounds as <c>QUREHOST_FAULT_ROUNDS</c> says: run by hand.</summary>
    [Fact(Explicit = true)]
    public Task In_many_storms_nothing_is_left() =>
        StormAsync(int.Parse(Environment.GetEnvironmentVariable("QUREHOST_FAULT_ROUNDS") ?? "20", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task A_poison_study_fails_with_its_attempts_and_the_run_beside_it_is_not_charged()
    {
        await _house.Isolated(o => o with { RunsPerWorker = 8, MostWorkers = 1 }).With("Poisoned").StartAsync();
        var (good, bad) = (DicomUid.New(), DicomUid.New());
        await _house.StoreAsync(House.Film(good, DicomUid.New(), DicomUid.New(), patientId: "GOOD"));
        await _house.WaitForAsync(good, EventTypes.RunStarted);
        await _house.StoreAsync(House.Film(bad, DicomUid.New(), DicomUid.New(), patientId: "POISON"));

        var failed = await FinalAsync(bad);
        var finished = await _house.WaitForAsync(good, EventTypes.RunFinished);

        Assert.StartsWith("Its process ended: it aborted", House.Data(failed).GetProperty("reason").GetString());
        var (spared, charged) = (_house.Archive.Jobs.Get(finished.RunId!)!, _house.Archive.Jobs.Get(failed.RunId!)!);
        Assert.Equal(JobState.Failed, charged.State);
        Assert.Equal(1, spared.Attempt - (spared.MaxAttempts - 2));   // every attempt but the last one was given back
        Assert.Equal(2, charged.Attempt - (charged.MaxAttempts - 2));
        Assert.True(_house.Plugins.Find("poisoned")!.CanRun);
    }

    [Fact]
    public async Task A_version_that_three_studies_crash_is_quarantined_over_a_restart_until_it_is_enabled_and_a_stat_products_absence_raises_an_alert()
    {
        await _house.Isolated().With("Exits", m => (m["lane"], m["attempts"]) = ("Stat", 1)).StartAsync();
        var studies = Enumerable.Range(0, 3).Select(_ => DicomUid.New()).ToArray();
        foreach (var study in studies)
        {
            Assert.True(_house.Plugins.Find("exits")!.CanRun);   // active, or its process is on its way again
            await _house.StoreAsync(House.Film(study, DicomUid.New(), DicomUid.New()));
            await FinalAsync(study);
        }

        var alert = await _house.WaitForAsync(studies[2], EventTypes.AlertRaised);
        Assert.Contains("crashed on 3 different studies", House.Data(alert).GetProperty("text").GetString());
        Assert.Equal(PluginState.Quarantined, _house.Plugins.Find("exits")!.State);

        await _house.StopAsync();
        await _house.StartAsync();
        Assert.Equal(PluginState.Quarantined, _house.Plugins.Find("exits")!.State);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _house.Pipeline.RerunAsync(House.Site, studies[0], "exits", CancellationToken.None));
        Assert.Contains("3 different studies", refused.Message);

        await _house.Plugins.EnableAsync("exits", CancellationToken.None);
        Assert.True(_house.Plugins.Find("exits")!.CanRun);
        await _house.Pipeline.RerunAsync(House.Site, studies[0], "exits", CancellationToken.None);
        await _house.WaitForAsync(studies[0], EventTypes.RunFailed, 2);
        Assert.True(_house.Plugins.Find("exits")!.CanRun);   // active, or its process is on its way again
    }

    private async Task StormAsync(int rounds)
    {
        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromSeconds(.5), Parallel = 4, Lease = TimeSpan.FromMinutes(5), Limits = new ResultLimits { Results = 200 } };
        _house.Isolated(o => o with
        {
            MemoryBytes = 400 << 20,
            LoadTimeout = TimeSpan.FromMinutes(4),   // a busy machine is no fault
            StudiesBeforeQuarantine = int.MaxValue,
            Grace = TimeSpan.FromSeconds(.3),
            Limits = _house.Options.Limits,
        }).WithHello();
        foreach (var (product, _) in Faults)
        {
            _house.With(product, m => (m["attempts"], m["heartbeatSeconds"]) = (1, product is "Spins" or "NeverAnswers" ? 1 : 60));
        }

        await _house.StartAsync();
        var handles = 0;
        for (var round = 0; round < rounds; round++)
        {
            var study = DicomUid.New();
            await _house.StoreAsync(House.Film(study, DicomUid.New(), DicomUid.New()));
            await _house.WaitForAsync(study, EventTypes.RunFinished, seconds: 600);
            await _house.WaitForAsync(study, EventTypes.RunFailed, Faults.Length, seconds: 600);
            var failed = _house.Events(study, EventTypes.RunFailed).ToDictionary(e => e.Product!, e => House.Data(e));
            foreach (var (product, reason) in Faults)
            {
                var data = failed[product.ToLowerInvariant()];
                Assert.Contains(reason, data.GetProperty("reason").GetString());
                Assert.True(data.GetProperty("final").GetBoolean(), product);
            }

            Assert.Equal("hello", Assert.Single(_house.Events(study, EventTypes.RunFinished)).Product);
            await UntilAsync(() => _house.Memory!.UsedBytes == _house.Slices!.KeptBytes, "shared memory is held beyond the runs");
            await UntilAsync(() => _house.Pipeline.Running == 0, "runs are still under way");
            handles = round == 0 ? Handles() : handles;
        }

        await UntilAsync(() => Handles() <= handles + 20, $"{Handles()} handles are open; after the first round there were {handles}");
        var workers = _house.Pool!.Workers.Select(w => w.ProcessId).ToArray();
        await _house.Pool.DisposeAsync();
        Assert.All(workers, id => Assert.False(IsAlive(id), $"process {id} is left"));
        _house.Slices!.Dispose();
        Assert.Equal((0, 0), (_house.Memory!.Blocks, _house.Memory.UsedBytes));
        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.GetTempPath(), $"qurehost-workers-{Environment.ProcessId}-*"), d => Directory.EnumerateDirectories(d, "throws-*").Any());
    }

    private async Task<StoredEvent> FinalAsync(string study)
    {
        for (var i = 1; ; i++)
        {
            var failed = await _house.WaitForAsync(study, EventTypes.RunFailed, i, seconds: 120);
            if (House.Data(failed).GetProperty("final").GetBoolean())
            {
                return failed;
            }
        }
    }

    private static int Handles() => OperatingSystem.IsLinux() ? Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() : Process.GetCurrentProcess().HandleCount;

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        for (var i = 0; i < 400 && !condition(); i++)
        {
            await Task.Delay(25);
        }

        Assert.True(condition(), otherwise);
    }
}
