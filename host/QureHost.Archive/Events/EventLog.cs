using System.Runtime.CompilerServices;
using System.Text;

namespace QureHost.Archive;

/// <summary>
/// The log of what happened. Sequence numbers rise strictly in commit order, so a reader who has seen N and asks for
/// what is after N misses nothing.
/// </summary>
public sealed class EventLog
{
    private const int Page = 512;
    private readonly Database database;
    private TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal EventLog(Database database)
    {
        this.database = database;
        database.Writer.EventsCommitted = Signal;
    }

    /// <summary>Sequence number of the last committed event; 0 in an empty log.</summary>
    public long LastSeq => database.Writer.LastSeq;

    /// <summary>Appends events in one transaction; returns the last one's sequence number.</summary>
    public Task<long> AppendAsync(IReadOnlyList<EventDraft> events, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(events);
        return database.WriteAsync(
            scope =>
            {
                foreach (var e in events)
                    scope.Append(e);
                return scope.LastSeq;
            },
            ct);
    }

    /// <summary>Committed events after a sequence number, in order.</summary>
    public IReadOnlyList<StoredEvent> Read(long after, string? site, string? studyUid, int max) =>
        Read(after, new EventFilter { Sites = site is null ? null : [site], StudyUid = studyUid }, max);

    /// <summary>Committed events after a sequence number, in order.</summary>
    public IReadOnlyList<StoredEvent> Read(long after, EventFilter filter, int max)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        var sql = new StringBuilder("SELECT seq, at, site, study_uid, type, product, run_id, attempt, data FROM event WHERE seq > ?");
        var values = new List<string>();
        // The most selective index is named by hand: SQLite keeps no statistics of a growing log.
        if (filter.RunId is { } run)
        {
            sql.Append(" AND run_id = ?");
            values.Add(run);
        }

        if (filter.StudyUid is { } study)
        {
            sql.Append(filter.RunId is null ? " AND study_uid = ?" : " AND +study_uid = ?");
            values.Add(study);
        }

        AddList(sql, values, "site", filter.Sites);
        AddList(sql, values, "type", filter.Types);
        sql.Append(" ORDER BY seq LIMIT ?");
        return database.Read(connection =>
        {
            var s = connection.Prepare(sql.ToString()).Bind(1, after);
            for (var i = 0; i < values.Count; i++)
                s.Bind(i + 2, values[i]);
            s.Bind(values.Count + 2, max);
            var events = new List<StoredEvent>();
            while (s.Step())
            {
                events.Add(new StoredEvent(
                    s.Int64(0), DateTimeOffset.FromUnixTimeMilliseconds(s.Int64(1)), s.Text(2), s.NullableText(3), s.Text(4),
                    s.NullableText(5), s.NullableText(6), s.Int32(7), s.Text(8)));
            }

            s.Reset();
            return events;
        });
    }

    /// <summary>First the log after <paramref name="after"/>, then live, in order and without a gap, until cancelled.</summary>
    public async IAsyncEnumerable<StoredEvent> FollowAsync(long after, EventFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var seen = after;
        while (!ct.IsCancellationRequested)
        {
            // Read up to a number that is committed now: what the filter hides is passed over without another look.
            var last = LastSeq;
            IReadOnlyList<StoredEvent> events;
            do
            {
                events = Read(seen, filter, Page);
                foreach (var e in events)
                {
                    yield return e;
                    seen = e.Seq;
                }
            }
            while (events.Count == Page);
            seen = Math.Max(seen, last);
            await WaitAsync(seen, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until an event after <paramref name="after"/> is committed; returns the last sequence number.</summary>
    public async ValueTask<long> WaitAsync(long after, CancellationToken ct)
    {
        while (true)
        {
            // The signal is taken before the look, so that a commit between the two is not missed.
            var next = Volatile.Read(ref committed).Task;
            var last = LastSeq;
            if (last > after)
                return last;
            await next.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    private void Signal() =>
        Interlocked.Exchange(ref committed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private static void AddList(StringBuilder sql, List<string> values, string column, IReadOnlyCollection<string>? list)
    {
        if (list is null)
            return;
        sql.Append(" AND +").Append(column).Append(" IN (").AppendJoin(',', list.Select(_ => "?")).Append(')');
        values.AddRange(list);
    }
}
