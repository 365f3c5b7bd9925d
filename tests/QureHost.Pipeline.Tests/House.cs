using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Inference;
using QureHost.Onnx;
using QureHost.Plugins;
using QureHost.Processes;
using QureHost.Testing;

namespace QureHost.Pipeline.Tests;

/// <summary>An archive, plugins, models and a pipeline over them, in a folder of their own. Can be killed and started again.</summary>
internal sealed class House : IAsyncDisposable
{
    public const string Site = ArchiveStore.DefaultSite;

    private static readonly string Samples = Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray");
    private readonly TemporaryFolder _folder = new();

    public string DataDirectory => _folder.At("data");

    public PipelineOptions Options { get; set; } = new()
    {
        StudyQuiet = TimeSpan.FromSeconds(1.2),
        SeriesQuiet = TimeSpan.FromSeconds(.4),
        RetryPause = TimeSpan.FromMilliseconds(50),
        ClaimPeriod = TimeSpan.FromMilliseconds(200),
        ProgressPeriod = TimeSpan.Zero,
    };

    public ArchiveStore Archive { get; private set; } = null!;

    public PluginCatalog Plugins { get; private set; } = null!;

    public StudyPipeline Pipeline { get; private set; } = null!;

    public RecordingPublisher Publisher { get; } = new();

    /// <summary>Products run in processes of their own.</summary>
    public WorkerOptions? Workers { get; set; }

    public WorkerPool? Pool { get; private set; }

    public SharedMemory? Memory { get; private set; }

    public SliceCache? Slices { get; private set; }

    private InferenceService Inference { get; set; } = null!;

    public async Task<House> StartAsync()
    {
        Archive = await ArchiveStore.OpenAsync(new ArchiveOptions { DataDirectory = _folder.At("data") }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        Directory.CreateDirectory(_folder.At("plugins"));
        var ledger = new PluginLedger(Archive);
        Plugins = PluginCatalog.Load([_folder.At("plugins")], NullLogger.Instance, loadCode: Workers is null, ledger);
        Assert.All(Plugins.Plugins, p => Assert.True(p.Reason is null || p.State == PluginState.Quarantined, p.Reason));
        var models = new ModelStore([Path.Combine(SharedData.RepositoryRoot, "tests", "models"), Path.Combine(SharedData.RepositoryRoot, "models")]);
        Inference = new InferenceService(models, new InProcessDevice(Accelerator.Cpu), new InferenceOptions(), TimeProvider.System, NullLogger<InferenceService>.Instance);
        if (Workers is not null)
        {
            Memory = new SharedMemory(_folder.At("shared"), 1L << 30, Workers.FirstUser is null ? null : Workers.Group);
            Slices = new SliceCache(Memory, 256 << 20);
            Pool = new WorkerPool(Memory, Workers, ledger, TimeProvider.System, NullLogger<WorkerPool>.Instance);
        }

        Pipeline = new StudyPipeline(Archive, Plugins, Inference, Publisher, Options, TimeProvider.System, NullLoggerFactory.Instance, Pool, Slices);
        await Pipeline.StartAsync(CancellationToken.None);
        return this;
    }

    public async Task StopAsync()
    {
        await Pipeline.DisposeAsync();
        if (Pool is not null)
        {
            await Pool.DisposeAsync();
            Slices!.Dispose();
            Memory!.Dispose();
        }

        await Inference.DisposeAsync();
        await Archive.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Archive is not null)
        {
            await StopAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Products run in processes of their own.</summary>
    public House Isolated(Func<WorkerOptions, WorkerOptions>? change = null)
    {
        var options = new WorkerOptions { Grace = TimeSpan.FromSeconds(.5) };
        Workers = change is null ? options : change(options);
        return this;
    }

    /// <summary>A folder of a plugin that is not installed.</summary>
    public string Unpacked(string type, string version)
    {
        var folder = _folder.At("unpacked", $"{type}-{version}");
        Make(folder, "misbehaving", manifest => Describe(manifest, type, m => m["version"] = version));
        return folder;
    }

    /// <summary>The hello plugin.</summary>
    public House WithHello(Action<JsonObject>? change = null, string id = "hello") => With("hello", id, change);

    /// <summary>A plugin as it was built, from its output folder.</summary>
    public House WithBuilt(string folder, string id) => With(folder, id, change: null);

    /// <summary>A product of the misbehaving plugin.</summary>
    public House With(string type, Action<JsonObject>? change = null) =>
        With("misbehaving", type.ToLowerInvariant(), manifest => Describe(manifest, type, change));

    private static void Describe(JsonObject manifest, string type, Action<JsonObject>? change)
    {
        manifest["id"] = type.ToLowerInvariant();
        manifest["name"] = type;
        manifest["version"] = "1.0.0";
        manifest["sdk"] = ">=0.1 <0.2";
        manifest["entry"] = new JsonObject { ["assembly"] = "Misbehaving.dll", ["type"] = $"Misbehaving.{type}" };
        manifest["starts"] = "Slice";
        manifest["inputs"] = new JsonArray(new JsonObject { ["modality"] = new JsonArray("CR", "DX") });
        manifest["findings"] = new JsonArray("cardiomegaly");
        change?.Invoke(manifest);
    }

    /// <summary>One of the sample chest films, as another instance of a study of the test's.</summary>
    public static byte[] Film(string studyUid, string seriesUid, string sopUid, string modality = "DX", string patientId = "P1", Action<DicomDataset>? change = null)
    {
        var file = DicomFile.Parse(File.ReadAllBytes(Path.Combine(Samples, "normal.dcm")), DicomReadOptions.KeepAll);
        var dataset = file.Dataset;
        dataset.Remove(DicomTags.StudyInstanceUID);
        dataset.Remove(DicomTags.SeriesInstanceUID);
        dataset.Remove(DicomTags.SOPInstanceUID);
        dataset.Remove(DicomTags.Modality);
        dataset.Remove(DicomTags.PatientID);
        dataset.Add(DicomTags.StudyInstanceUID, studyUid).Add(DicomTags.SeriesInstanceUID, seriesUid).Add(DicomTags.SOPInstanceUID, sopUid)
            .Add(DicomTags.Modality, modality).Add(DicomTags.PatientID, patientId);
        change?.Invoke(dataset);
        using var stream = new MemoryStream();
        DicomFile.Write(stream, dataset, file.TransferSyntax);
        return stream.ToArray();
    }

    public async Task StoreAsync(byte[] part10, string? runId = null, string site = Site)
    {
        await using var group = Archive.Ingest.Begin(site, "stow", runId);
        await group.AddAsync(part10, CancellationToken.None);
        var outcome = Assert.Single(await group.CommitAsync(CancellationToken.None));
        Assert.Equal((IngestStatus.Stored, null), (outcome.Status, outcome.Message));
    }

    public IReadOnlyList<StoredEvent> Events(string studyUid, params string[] types) =>
        [.. Archive.Events.Read(0, null, studyUid, 100_000).Where(e => types.Length == 0 || types.Contains(e.Type))];

    public async Task<StoredEvent> WaitForAsync(string studyUid, string type, int count = 1, double seconds = 30)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var filter = new EventFilter { StudyUid = studyUid, Types = [type] };
        try
        {
            await foreach (var e in Archive.Events.FollowAsync(0, filter, timeout.Token))
            {
                if (--count == 0)
                {
                    return e;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        throw new TimeoutException($"There was no {type} within {seconds} s; there was: {string.Join(" | ", Events(studyUid).Select(e => $"{e.Type} {e.Data}"))}");
    }

    public static JsonElement Data(StoredEvent e) => JsonDocument.Parse(e.Data).RootElement;

    private House With(string source, string id, Action<JsonObject>? change)
    {
        Make(_folder.At("plugins", id), source, change);
        return this;
    }

    private static void Make(string to, string source, Action<JsonObject>? change)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "test-plugins", source)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        var path = Path.Combine(to, "plugin.json");
        var manifest = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];
        change?.Invoke(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    /// <summary>Stands for the room that writes DICOM objects.</summary>
    internal sealed class RecordingPublisher : IResultPublisher
    {
        public List<FinishedRun> Runs { get; } = [];

        public Func<FinishedRun, Task>? OnPublish { get; set; }

        public async ValueTask PublishAsync(FinishedRun run, CancellationToken ct)
        {
            if (OnPublish is { } act)
            {
                await act(run);
            }

            lock (Runs)
            {
                Runs.Add(run);
            }
        }
    }
}
