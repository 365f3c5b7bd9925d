namespace QureHost.Archive;

/// <summary>One instance of a group, written in pieces. Either completed, or disposed and forgotten.</summary>
public sealed class IngestPart : IAsyncDisposable
{
    internal IngestPart()
    {
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => throw new NotImplementedException();

    /// <summary>Appends bytes of the Part 10 stream; they are the caller's again on return.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The part is whole: it is parsed and goes to disk; its outcome comes with the group's commit.</summary>
    public ValueTask CompleteAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Forgets the part unless it was completed.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
