namespace QureHost.Archive;

/// <summary>
/// The log of what happened. Sequence numbers rise strictly in commit order, so a reader who has seen N and asks for
/// what is after N misses nothing.
/// </summary>
public sealed class EventLog
{
    internal EventLog()
    {
    }

    /// <summary>Sequence number of the last committed event; 0 in an empty log.</summary>
    public long LastSeq => throw new NotImplementedException();

    /// <summary>Appends events in one transaction; returns the last one's sequence number.</summary>
    public Task<long> AppendAsync(IReadOnlyList<EventDraft> events, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Committed events after a sequence number, in order.</summary>
    public IReadOnlyList<StoredEvent> Read(long after, EventFilter filter, int max) => throw new NotImplementedException();

    /// <summary>Committed events after a sequence number, in order.</summary>
    public IReadOnlyList<StoredEvent> Read(long after, string? site, string? studyUid, int max) => throw new NotImplementedException();

    /// <summary>First the log after <paramref name="after"/>, then live, in order and without a gap, until cancelled.</summary>
    public IAsyncEnumerable<StoredEvent> FollowAsync(long after, EventFilter filter, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Waits until an event after <paramref name="after"/> is committed; returns the last sequence number.</summary>
    public ValueTask<long> WaitAsync(long after, CancellationToken ct) => throw new NotImplementedException();
}
