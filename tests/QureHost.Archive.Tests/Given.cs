using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using QureHost.Dicom;
using QureHost.Testing;

namespace QureHost.Archive.Tests;

/// <summary>An archive in a folder of its own that can be closed and opened again.</summary>
internal sealed class Given : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 10, 30, 0, TimeSpan.Zero));

    public string Data => folder.Path;

    public ArchiveOptions Options { get; set; } = null!;

    public ArchiveStore Archive { get; private set; } = null!;

    public static async Task<Given> ArchiveAsync(ConflictPolicy policy = ConflictPolicy.Refuse, int inMemoryBytes = 4 << 20)
    {
        var given = new Given();
        given.Options = new ArchiveOptions { DataDirectory = given.Data, OnConflict = policy, InMemoryBytes = inMemoryBytes, DiskThreads = 2 };
        await given.OpenAsync();
        return given;
    }

    public async Task OpenAsync() => Archive = await ArchiveStore.OpenAsync(Options, Clock, NullLoggerFactory.Instance, default);

    public async Task OpenAsync(Func<ArchiveOptions, ObjectFolders, DiskThreads, ILogger, IngestContext> context) =>
        Archive = await ArchiveStore.OpenAsync(Options, Clock, NullLogger.Instance, context, default);

    public async Task ReopenAsync()
    {
        await Archive.DisposeAsync();
        await OpenAsync();
    }

    public async Task<IReadOnlyList<IngestOutcome>> IngestAsync(params DicomDataset[] datasets) =>
        await IngestAsync("default", [.. datasets.Select(d => d.Bytes())]);

    public async Task<IReadOnlyList<IngestOutcome>> IngestAsync(string site, params byte[][] files)
    {
        await using var group = Archive.Ingest.Begin(site, "test");
        foreach (var file in files)
            await group.AddAsync(file, default);
        return await group.CommitAsync(default);
    }

    /// <summary>Object files on disk, relative to the data directory.</summary>
    public string[] Files() => Directory.Exists(Path.Combine(Data, "objects"))
        ? [.. Directory.EnumerateFiles(Path.Combine(Data, "objects"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Data, f)).Order()] : [];

    public async ValueTask DisposeAsync()
    {
        await Archive.DisposeAsync();
        folder.Dispose();
    }
}
