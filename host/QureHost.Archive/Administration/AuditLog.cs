using System.Collections.Concurrent;
using Dapper;

namespace QureHost.Archive;

/// <summary>
/// Who did what: one durable row per user, study, action and window of time. A viewer that fetches a thousand frames
/// costs one transaction and a thousand look-ups in memory.
/// </summary>
public sealed class AuditLog
{
    private const int MostOpenWindows = 10_000;
    private static readonly TimeSpan WriteCountsEvery = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<AuditEntry, Window> windows = new();
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly TimeSpan length;

    internal AuditLog(Database database, TimeProvider clock, TimeSpan length)
    {
        this.database = database;
        this.clock = clock;
        this.length = length;
    }

    /// <summary>Records an action. The first of its window is durable on return; repeats are counted in memory and written every half minute and at the end.</summary>
    public async ValueTask RecordAsync(AuditEntry entry, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var now = clock.GetUtcNow();
        while (true)
        {
            var window = windows.GetOrAdd(entry, _ => new Window(now));
            if (now - window.FirstAt < length)
            {
                await RecordAsync(entry, window, now, ct).ConfigureAwait(false);
                return;
            }

            if (windows.TryRemove(KeyValuePair.Create(entry, window)))
                await WriteCountAsync(window).ConfigureAwait(false);
        }
    }

    /// <summary>Rows, newest first.</summary>
    public IReadOnlyList<AuditRow> List(AuditFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var where = new List<string> { "1" };
        if (filter.Sites is not null)
            where.Add("site IN @Sites");
        if (filter.StudyUid is not null)
            where.Add("study_uid = @StudyUid");
        if (filter.User is not null)
            where.Add("user = @User");
        return database.Read(c => c.Sqlite.Query<Row>(
            "SELECT id AS Id, user AS User, site AS Site, study_uid AS StudyUid, action AS Action, detail AS Detail, first_at AS FirstAt, last_at AS LastAt, count AS Count "
            + $"FROM audit WHERE {string.Join(" AND ", where)} ORDER BY id DESC LIMIT @Limit",
            filter).Select(ToRow).ToList());
    }

    /// <summary>Writes all counts; when the archive closes.</summary>
    internal async Task FlushAsync()
    {
        foreach (var window in windows.Values)
            await WriteCountAsync(window).ConfigureAwait(false);
    }

    private async ValueTask RecordAsync(AuditEntry entry, Window window, DateTimeOffset now, CancellationToken ct)
    {
        Task<long>? first = null;
        var write = false;
        lock (window)
        {
            window.Count++;
            window.LastAt = now;
            if (window.Id is null)
                first = window.Id = InsertAsync(entry, ct);
            else if (now - window.WrittenAt >= WriteCountsEvery)
                (window.WrittenAt, write) = (now, true);
        }

        try
        {
            await window.Id.ConfigureAwait(false);
        }
        catch when (first is not null)
        {
            windows.TryRemove(KeyValuePair.Create(entry, window));
            throw;
        }

        if (write)
            await WriteCountAsync(window).ConfigureAwait(false);
        if (first is not null && windows.Count > MostOpenWindows)
            await CloseOldAsync(now).ConfigureAwait(false);
    }

    private Task<long> InsertAsync(AuditEntry e, CancellationToken ct) => database.WriteAsync(
        scope => scope.QuerySingle<long>(
            "INSERT INTO audit (user, site, study_uid, action, detail, first_at, last_at, count) VALUES (@User, @Site, @StudyUid, @Action, @Detail, @NowMs, @NowMs, 1) RETURNING id",
            new { e.User, e.Site, e.StudyUid, e.Action, e.Detail, scope.NowMs }),
        ct);

    private async Task CloseOldAsync(DateTimeOffset now)
    {
        // Those past their window; where that is not enough, all: a window that begins again is one more row.
        var old = windows.Where(w => now - w.Value.FirstAt >= length).ToList();
        foreach (var pair in old.Count > MostOpenWindows / 10 ? old : [.. windows])
        {
            if (windows.TryRemove(pair))
                await WriteCountAsync(pair.Value).ConfigureAwait(false);
        }
    }

    private async Task WriteCountAsync(Window window)
    {
        if (window.Id is not { IsCompletedSuccessfully: true } id || window.Count == 1)
            return;
        var row = new { Id = await id.ConfigureAwait(false), window.Count, LastAt = window.LastAt.ToUnixTimeMilliseconds() };
        await database.WriteAsync(
            scope => scope.Execute("UPDATE audit SET count = max(count, @Count), last_at = max(last_at, @LastAt) WHERE id = @Id", row),
            CancellationToken.None).ConfigureAwait(false);
    }

    private static AuditRow ToRow(Row r) => new()
    {
        Id = r.Id,
        User = r.User,
        Site = r.Site,
        StudyUid = r.StudyUid,
        Action = r.Action,
        Detail = r.Detail,
        FirstAt = DateTimeOffset.FromUnixTimeMilliseconds(r.FirstAt),
        LastAt = DateTimeOffset.FromUnixTimeMilliseconds(r.LastAt),
        Count = r.Count,
    };

    private sealed class Window(DateTimeOffset firstAt)
    {
        public DateTimeOffset FirstAt { get; } = firstAt;

        public DateTimeOffset LastAt { get; set; } = firstAt;

        public DateTimeOffset WrittenAt { get; set; } = firstAt;

        public int Count { get; set; }

        /// <summary>The row's id once its insertion is durable.</summary>
        public Task<long>? Id { get; set; }
    }

    private sealed class Row
    {
        public long Id { get; set; }

        public string User { get; set; } = "";

        public string Site { get; set; } = "";

        public string? StudyUid { get; set; }

        public string Action { get; set; } = "";

        public string? Detail { get; set; }

        public long FirstAt { get; set; }

        public long LastAt { get; set; }

        public int Count { get; set; }
    }
}
