using Dapper;

namespace QureHost.Archive;

/// <summary>What a piece of work sees inside the writer's transaction.</summary>
internal sealed class WriteScope(Connection connection, DateTimeOffset now, long lastSeq)
{
    private const string InsertEvent =
        "INSERT INTO event (seq, at, site, study_uid, type, product, run_id, attempt, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    public Connection Connection { get; } = connection;

    /// <summary>One time for everything in the transaction, UTC.</summary>
    public DateTimeOffset Now { get; } = now;

    public long NowMs { get; } = now.ToUnixTimeMilliseconds();

    /// <summary>Sequence number of the last event appended so far.</summary>
    public long LastSeq { get; internal set; } = lastSeq;

    /// <summary>Appends an event that becomes visible with the commit; returns its sequence number.</summary>
    public long Append(EventDraft e)
    {
        Connection.Prepare(InsertEvent)
            .Bind(1, LastSeq + 1).Bind(2, NowMs).Bind(3, e.Site).Bind(4, e.StudyUid).Bind(5, e.Type)
            .Bind(6, e.Product).Bind(7, e.RunId).Bind(8, e.Attempt).Bind(9, e.Data).Run();
        return ++LastSeq;
    }

    public int Execute(string sql, object? parameters = null) => Connection.Sqlite.Execute(sql, parameters);

    public T? QuerySingle<T>(string sql, object? parameters = null) => Connection.Sqlite.QueryFirstOrDefault<T>(sql, parameters);

    public List<T> Query<T>(string sql, object? parameters = null) => Connection.Sqlite.Query<T>(sql, parameters).AsList();
}
