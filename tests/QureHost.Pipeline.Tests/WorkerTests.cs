using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Plugins;
using QureHost.Sdk.Results;

namespace QureHost.Pipeline.Tests;

/// <summary>Products in processes of their own do what they do in the host's.</summary>
public sealed class WorkerTests : IAsyncDisposable
{
    private readonly House _house = new();
    private readonly string _study = DicomUid.New();
    private readonly string _series = DicomUid.New();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_whole_contract_works_in_the_host_and_in_a_worker_alike(bool isolated)
    {
        var before = DicomUid.New();
        if (isolated)
        {
            _house.Isolated();
        }

        await _house.With("UsesEverything").StartAsync();
        await _house.StoreAsync(House.Film(before, DicomUid.New(), DicomUid.New(), patientId: "P7", change: d => d.Remove(DicomTags.StudyDate)));
        await _house.WaitForAsync(before, EventTypes.RunFinished);
        var film = House.Film(_study, _series, DicomUid.New(), patientId: "P7");
        await _house.StoreAsync(film);
        await _house.Archive.Reports.AddAsync(House.Site, _study, "No effusion.", "CR", "api", CancellationToken.None);

        await _house.WaitForAsync(_study, EventTypes.RunFinished);

        var run = _house.Publisher.Runs.Last(r => r.Job.StudyUid == _study);
        Assert.Equal(["f", "m", "facts"], run.Results.Select(r => r.Id));
        Assert.Equal(1, run.Results.OfType<Mask>().Single().Data.Span[5]);
        var facts = run.Results.OfType<ReportText>().Single().Text.Split('|');
        var dataset = DicomFile.Parse(film, DicomReadOptions.KeepAll).Dataset;
        Assert.Contains("SliceStored", facts);
        Assert.Contains("StudySettled", facts);
        Assert.Contains($"DX P7 {dataset.GetInt32(DicomTags.Rows)} {_study}", facts);
        Assert.Contains(facts, f => f.StartsWith($"{dataset.GetInt32(DicomTags.Rows)}x{dataset.GetInt32(DicomTags.Columns)} ", StringComparison.Ordinal));
        Assert.Contains(facts, f => f.StartsWith("DICM ", StringComparison.Ordinal));
        Assert.Contains($"prior {before} 1", facts);
        Assert.Contains("report No effusion.", facts);
        Assert.Contains("no pixels of an unknown instance", facts);
        Assert.Equal("withdrawn", House.Data(Assert.Single(_house.Events(_study, EventTypes.ResultWithdrawn))).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_model_runs_behind_a_worker_and_a_frame_is_decoded_once_for_all_of_them()
    {
        await _house.Isolated().WithHello().WithHello(m => m["id"] = "hello-again", "hello-again").StartAsync();

        await _house.StoreAsync(House.Film(_study, _series, DicomUid.New()));

        await _house.WaitForAsync(_study, EventTypes.RunFinished, 2);
        Assert.Equal(2, _house.Publisher.Runs.Count);
        Assert.All(_house.Publisher.Runs, r => Assert.Equal(["bright.1", "bright.1.mean"], r.Results.Select(x => x.Id)));
        Assert.Equal(["brightness", "brightness"], _house.Publisher.Runs.SelectMany(r => r.Models).Select(m => m.Name));
        Assert.Equal(1, _house.Slices!.Decoded);
        Assert.Equal(_house.Slices.KeptBytes, _house.Memory!.UsedBytes);   // tensors went back with their runs
        Assert.Equal(["hello", "hello-again"], _house.Pool!.Workers.Select(w => w.Product).Order());
    }

    [Fact]
    public async Task A_worker_stays_warm_for_the_next_study()
    {
        await _house.Isolated().WithHello().StartAsync();
        await _house.StoreAsync(House.Film(_study, _series, DicomUid.New()));
        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        var first = Assert.Single(_house.Pool!.Workers).ProcessId;

        var next = DicomUid.New();
        await _house.StoreAsync(House.Film(next, DicomUid.New(), DicomUid.New()));
        await _house.WaitForAsync(next, EventTypes.RunFinished);

        Assert.Equal(first, Assert.Single(_house.Pool.Workers).ProcessId);
        Assert.Equal(PluginState.Active, _house.Plugins.Find("hello")!.State);
    }

    [Fact]
    public async Task A_busy_plugin_gets_a_second_process_and_no_third()
    {
        _house.Options = _house.Options with { Parallel = 8 };
        await _house.Isolated(o => o with { RunsPerWorker = 1 }).With("Poisoned").StartAsync();
        var studies = Enumerable.Range(0, 4).Select(_ => DicomUid.New()).ToArray();

        foreach (var study in studies)
        {
            await _house.StoreAsync(House.Film(study, DicomUid.New(), DicomUid.New()));
        }

        foreach (var study in studies)
        {
            await _house.WaitForAsync(study, EventTypes.RunFinished);
        }

        Assert.Equal(2, _house.Publisher.Runs.Select(r => r.Results.OfType<Gate>().Single().Reasons[0].Split(" in ")[1]).Distinct().Count());
    }

    [Fact]
    public async Task A_worker_sees_nothing_of_the_hosts_environment_and_cannot_open_its_files_where_the_host_is_root()
    {
        Assert.SkipUnless(Environment.UserName == "root" && OperatingSystem.IsLinux(), "only root on Linux can give a process a user of its own");
        Environment.SetEnvironmentVariable("QUREHOST_TEST_SECRET", "of the host");
        var secret = Path.Combine(_house.DataDirectory, "index.db");
        await _house.Isolated(o => o with { FirstUser = WorkerOptions.DefaultGroup }).With("LooksAround").StartAsync();
        await _house.Pipeline.DecideAsync(
            new SiteProduct { Site = House.Site, Product = "looksaround", Settings = $$"""{"paths":["{{secret}}","/etc/shadow","/proc/{{Environment.ProcessId}}/environ","/proc/{{Environment.ProcessId}}/mem"]}""" },
            CancellationToken.None);

        await _house.StoreAsync(House.Film(_study, _series, DicomUid.New()));
        await _house.WaitForAsync(_study, EventTypes.RunFinished);

        var said = _house.Publisher.Runs[0].Results.OfType<ReportText>().ToDictionary(r => r.Id, r => r.Text);
        Assert.DoesNotContain("QUREHOST", said["environment"]);
        Assert.DoesNotContain("SECRET", said["environment"]);
        Assert.Equal($"[] as user {WorkerOptions.DefaultGroup}", said["opened"]);
        Assert.Contains("looksaround-", said["folder"]);
    }

    [Fact]
    public async Task A_plugin_whose_worker_cannot_load_it_malfunctions_with_the_reason()
    {
        await _house.Isolated().With("Waits").StartAsync();
        var manifest = Path.Combine(_house.Plugins.Find("waits")!.Folder, "plugin.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("Misbehaving.Waits", "Misbehaving.NoSuchClass", StringComparison.Ordinal));

        await _house.StoreAsync(House.Film(_study, _series, DicomUid.New()));

        var failed = await _house.WaitForAsync(_study, EventTypes.RunFailed);
        Assert.Equal("Misbehaving.dll has no class Misbehaving.NoSuchClass.", House.Data(failed).GetProperty("reason").GetString());
        Assert.Equal(PluginState.Malfunctioned, _house.Plugins.Find("waits")!.State);
    }

    [Fact]
    public async Task A_worker_of_another_protocol_is_refused_in_words_that_name_both()
    {
        await _house.Isolated(o => o with { Assembly = Path.Combine(AppContext.BaseDirectory, "old-worker", "OldWorker.dll") }).With("Waits").StartAsync();

        await _house.StoreAsync(House.Film(_study, _series, DicomUid.New()));

        var failed = await _house.WaitForAsync(_study, EventTypes.RunFailed);
        Assert.StartsWith("Its worker speaks protocol 99 (SDK 9.9.0); this host speaks protocol 1 (SDK ", House.Data(failed).GetProperty("reason").GetString());
        Assert.True(House.Data(failed).GetProperty("final").GetBoolean());
        Assert.Equal(PluginState.NotSupported, _house.Plugins.Find("waits")!.State);
    }
}
