using System.IO.Pipelines;

namespace QureHost.Archive;

/// <summary>
/// Instances on their way in. Outcomes come in the order the parts were completed. A group that is disposed without
/// having been committed leaves nothing behind. One caller at a time.
/// </summary>
public sealed class IngestGroup : IAsyncDisposable
{
    /// <summary>Parts that one group may hold: each keeps its metadata in memory until the commit.</summary>
    public const int MostParts = 10_000;

    private const int ReadBytes = 128 << 10;
    private readonly IngestContext context;
    private readonly Ingest ingest;
    private readonly List<IngestSlot> slots = [];
    private readonly DateTimeOffset begun;
    private bool ended;

    internal IngestGroup(Ingest ingest, IngestContext context, string site, string source, string? runId, string? studyUid, DateTimeOffset begun)
    {
        this.ingest = ingest;
        this.context = context;
        this.begun = begun;
        Site = site;
        Source = source;
        RunId = runId;
        StudyUid = studyUid;
    }

    /// <summary>Parts completed so far.</summary>
    public int Count => slots.Count;

    internal string Site { get; }

    internal string Source { get; }

    internal string? RunId { get; }

    internal string? StudyUid { get; }

    /// <summary>Adds a Part 10 stream to its end. A part that cannot be stored is an outcome, not an exception.</summary>
    public async ValueTask AddAsync(Stream part10, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(part10);
        await using var part = BeginPart();
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            int read;
            while ((read = await part10.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
                await part.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        await part.CompleteAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Adds a Part 10 stream to its end; the reader is not completed.</summary>
    public async ValueTask AddAsync(PipeReader part10, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(part10);
        await using var part = BeginPart();
        while (true)
        {
            var result = await part10.ReadAsync(ct).ConfigureAwait(false);
            foreach (var segment in result.Buffer)
                await part.WriteAsync(segment, ct).ConfigureAwait(false);
            part10.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
            if (result.IsCanceled)
                throw new OperationCanceledException(ct);
        }

        await part.CompleteAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Adds a Part 10 stream that is in memory; the bytes are the caller's again on return.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> part10, CancellationToken ct)
    {
        await using var part = BeginPart(part10.Length);
        await part.WriteAsync(part10, ct).ConfigureAwait(false);
        await part.CompleteAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Begins a part whose bytes come in pieces: PDVs of a C-STORE, slices of a multipart body.</summary>
    /// <param name="expectedBytes">A hint (Content-Length); never trusted.</param>
    public IngestPart BeginPart(long? expectedBytes = null)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        return new IngestPart(this, context, expectedBytes ?? 0);
    }

    /// <summary>
    /// Makes the group durable: files and directory synced, one transaction with its <c>study.received</c> events.
    /// When this returns, every <see cref="IngestStatus.Stored"/> outcome survives a power cut.
    /// </summary>
    /// <exception cref="ArchiveException">The index could not commit; nothing of the group was kept.</exception>
    public async Task<IReadOnlyList<IngestOutcome>> CommitAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        await WaitForDiskAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        var stored = slots.Where(s => s.Outcome is null).ToList();
        if (stored.Count > 0)
        {
            await SyncDirectoriesAsync(stored).ConfigureAwait(false);
            try
            {
                // Not cancelled from here on: who gives up waiting has still stored.
                var leftOver = await ingest.CommitAsync(this, stored).ConfigureAwait(false);
                foreach (var path in leftOver)
                    context.Remove(path);
            }
            catch (ArchiveException e) when (e.Error != ArchiveError.DiskFull)
            {
                // A log that failed to sync may still hold the transaction after a crash: the files stay, and
                // recovery removes those that the index does not know.
                foreach (var slot in stored)
                    slot.ObjectPath = null;
                throw;
            }
        }

        End();
        return slots.ConvertAll(s => s.Outcome!);
    }

    public async ValueTask DisposeAsync()
    {
        if (ended)
            return;
        await WaitForDiskAsync().ConfigureAwait(false);
        foreach (var slot in slots)
        {
            if (slot is { Outcome: null, ObjectPath: { } path })
                context.Remove(path);
        }

        End();
    }

    internal void Add(IngestSlot slot)
    {
        if (slots.Count >= MostParts && slot.Instance is not null)
            slot.Refuse(FailureReasons.OutOfResources, $"One request stores at most {MostParts} instances; send the others in another one.");
        slots.Add(slot);
    }

    private void End()
    {
        ended = true;
        ingest.Ended(begun);
    }

    private async Task WaitForDiskAsync()
    {
        foreach (var slot in slots)
        {
            if (slot.OnDisk is null)
                continue;
            if (await slot.OnDisk.ConfigureAwait(false) is { } failure)
            {
                slot.Refuse(IngestContext.ReasonOf(failure), failure.Message);
            }
            else if (slot is { Outcome: not null, ObjectPath: { } path })
            {
                context.Remove(path);
            }

            slot.OnDisk = null;
        }
    }

    /// <summary>One sync a directory: nearly always one, the hour's.</summary>
    private async Task SyncDirectoriesAsync(List<IngestSlot> stored)
    {
        try
        {
            foreach (var folder in stored.Select(s => Path.GetDirectoryName(s.ObjectPath)!).Distinct())
            {
                await context.Disk.RunAsync(() =>
                {
                    DurableFiles.SyncDirectory(context.Folders.FullPath(folder));
                    return true;
                }).ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            throw IngestContext.FailureOf(e);
        }
    }
}
