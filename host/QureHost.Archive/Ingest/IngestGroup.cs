using System.IO.Pipelines;

namespace QureHost.Archive;

/// <summary>
/// Instances on their way in. Outcomes come in the order the parts were added. A group that is disposed without
/// having been committed leaves nothing behind. One caller at a time.
/// </summary>
public sealed class IngestGroup : IAsyncDisposable
{
    internal IngestGroup()
    {
    }

    /// <summary>Parts added so far.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Adds a Part 10 stream to its end. A part that cannot be stored is an outcome, not an exception.</summary>
    public ValueTask AddAsync(Stream part10, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Adds a Part 10 stream to its end; the reader is not completed.</summary>
    public ValueTask AddAsync(PipeReader part10, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Adds a Part 10 stream that is in memory; the bytes are the caller's again on return.</summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> part10, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Begins a part whose bytes come in pieces: PDVs of a C-STORE, slices of a multipart body.</summary>
    /// <param name="expectedBytes">A hint (Content-Length); never trusted.</param>
    public IngestPart BeginPart(long? expectedBytes = null) => throw new NotImplementedException();

    /// <summary>
    /// Makes the group durable: files and directory synced, one transaction with its <c>study.received</c> events.
    /// When this returns, every <see cref="IngestStatus.Stored"/> outcome survives a power cut.
    /// </summary>
    /// <exception cref="ArchiveException">The index could not commit; nothing of the group was kept.</exception>
    public Task<IReadOnlyList<IngestOutcome>> CommitAsync(CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
