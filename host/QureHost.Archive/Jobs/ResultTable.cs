using Dapper;

namespace QureHost.Archive;

/// <summary>Results as they stand now, beside the events that told of them: what a study shows on opening, without a replay.</summary>
public sealed class ResultTable
{
    private const string Select =
        "SELECT site AS Site, study_uid AS StudyUid, product AS Product, run_id AS RunId, attempt AS Attempt, result_id AS ResultId, seq AS Seq, data AS Data FROM result ";

    private readonly Database database;

    internal ResultTable(Database database) => this.database = database;

    /// <summary>Publishes a result, with <c>result.published</c>; the same id in a run replaces. Returns the event's sequence number.</summary>
    /// <param name="run">The run that speaks, as it was claimed.</param>
    /// <param name="resultId">Id of the result within the run.</param>
    /// <param name="data">Data of the event (JSON): <c>{result, mask?}</c>.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>0 where the attempt is over (cancelled, or another attempt has begun): then nothing was published.</returns>
    public Task<long> PublishAsync(Job run, string resultId, string data, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        return database.WriteAsync(
            scope =>
            {
                if (!Speaks(scope, run))
                    return 0;
                var seq = scope.Append(JobTable.Event(run, EventTypes.ResultPublished, data));
                scope.Execute(
                    "INSERT OR REPLACE INTO result (run_id, result_id, site, study_uid, product, attempt, seq, data) "
                    + "VALUES (@RunId, @resultId, @Site, @StudyUid, @Product, @Attempt, @seq, @data)",
                    new { run.RunId, resultId, run.Site, run.StudyUid, run.Product, run.Attempt, seq, data });
                return seq;
            },
            ct);
    }

    /// <summary>Withdraws a result, with <c>result.withdrawn</c>; 0 where it is not there.</summary>
    public Task<long> WithdrawAsync(Job run, string resultId, string reason, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        return database.WriteAsync(scope => Speaks(scope, run) ? Withdraw(scope, run, resultId, reason) : 0, ct);
    }

    /// <summary>Withdraws what earlier attempts of a run published and this one did not say again. Returns how many.</summary>
    public Task<int> WithdrawEarlierAsync(Job run, string reason, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        return database.WriteAsync(
            scope =>
            {
                var old = scope.Query<string>("SELECT result_id FROM result WHERE run_id = @RunId AND attempt < @Attempt ORDER BY seq", new { run.RunId, run.Attempt });
                foreach (var id in old)
                    Withdraw(scope, run, id, reason);
                return old.Count;
            },
            ct);
    }

    /// <summary>Results of a run, in the order they were last published.</summary>
    public IReadOnlyList<StoredResult> OfRun(string runId) =>
        database.Read(c => c.Sqlite.Query<StoredResult>(Select + "WHERE run_id = @runId ORDER BY seq", new { runId }).AsList());

    /// <summary>Results of all runs on the studies, in the order they were last published.</summary>
    public IReadOnlyList<StoredResult> OfStudies(string site, IReadOnlyCollection<string> studyUids) =>
        database.Read(c => c.Sqlite.Query<StoredResult>(Select + "WHERE study_uid IN @studyUids AND +site = @site ORDER BY seq", new { site, studyUids }).AsList());

    private static bool Speaks(WriteScope scope, Job run) => scope.QuerySingle<long>(
        "SELECT count(*) FROM job WHERE run_id = @RunId AND state = 1 AND attempt = @Attempt", new { run.RunId, run.Attempt }) > 0;

    private static long Withdraw(WriteScope scope, Job run, string resultId, string reason)
    {
        if (scope.Execute("DELETE FROM result WHERE run_id = @RunId AND result_id = @resultId", new { run.RunId, resultId }) == 0)
            return 0;
        return scope.Append(JobTable.Event(run, EventTypes.ResultWithdrawn, EventData.Of(json =>
        {
            json.WriteString("id", resultId);
            json.WriteString("reason", reason);
        })));
    }
}
