using System.Globalization;
using Dapper;
using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>
/// Runs of products as durable rows. A worker claims one by lease, renews it while it works and ends it; a lease that
/// runs out frees the job for its next attempt. Every change of state appends its event in the same transaction.
/// </summary>
public sealed partial class JobTable
{
    private readonly Database database;

    internal JobTable(Database database) => this.database = database;

    /// <summary>Queues a run, with <c>run.queued</c>. Where the product has an open run on the study, that one is returned instead.</summary>
    public Task<(Job Job, bool IsNew)> EnqueueAsync(JobDraft draft, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return database.WriteAsync(
            scope =>
            {
                var open = scope.QuerySingle<JobRow>(
                    JobRow.Select + "WHERE site = @Site AND study_uid = @StudyUid AND product = @Product AND state IN (0, 1)",
                    new { draft.Site, draft.StudyUid, draft.Product });
                if (open is not null)
                    return (open.ToJob(), false);
                var runId = Guid.CreateVersion7(scope.Now).ToString("N");
                scope.Execute(
                    "INSERT INTO job (run_id, site, study_uid, product, version, state, lane, due_at, attempt, max_attempts, ups_uid, created_at, reason) "
                    + "VALUES (@runId, @Site, @StudyUid, @Product, @Version, 0, @Lane, @DueAt, 0, @MaxAttempts, @ups, @NowMs, @Reason)",
                    new
                    {
                        runId,
                        draft.Site,
                        draft.StudyUid,
                        draft.Product,
                        draft.Version,
                        Lane = (int)draft.Lane,
                        DueAt = draft.DueAt.ToUnixTimeMilliseconds(),
                        draft.MaxAttempts,
                        ups = DicomUid.New(),
                        scope.NowMs,
                        draft.Reason,
                    });
                var job = Find(scope, runId)!;
                scope.Append(Event(job, EventTypes.RunQueued, EventData.Of(json =>
                {
                    json.WriteString("lane", job.Lane.ToString());
                    json.WriteString("dueAt", job.DueAt);
                    json.WriteString("version", job.Version);
                    if (draft.ExpectedAt is { } expected)
                    {
                        json.WriteString("expectedAt", expected);
                        json.WriteBoolean("late", expected > job.DueAt);
                    }
                })));
                return (job, true);
            },
            ct);
    }

    /// <summary>Claims the first queued job by lane, then due time, with <c>run.started</c>; null where none waits.</summary>
    /// <param name="owner">Who claims.</param>
    /// <param name="lease">How long the claim holds without renewal.</param>
    /// <param name="products">Only these products; null for all.</param>
    /// <param name="ct">Cancels the wait.</param>
    public Task<Job?> ClaimAsync(string owner, TimeSpan lease, IReadOnlyCollection<string>? products, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            Expire(scope, "lease_until < @NowMs", new { scope.NowMs }, "The worker did not answer any more.");
            var next = scope.QuerySingle<JobRow>(
                JobRow.Select + "WHERE state = 0 AND (not_before IS NULL OR not_before <= @NowMs) "
                + (products is null ? "" : "AND product IN @products ") + "ORDER BY lane, due_at, key LIMIT 1",
                new { scope.NowMs, products });
            if (next is null)
                return null;
            scope.Execute(
                "UPDATE job SET state = 1, attempt = attempt + 1, lease_owner = @owner, lease_until = @until, not_before = NULL, started_at = @NowMs, "
                + "done = NULL, stage = NULL WHERE run_id = @RunId",
                new { owner, until = scope.NowMs + (long)lease.TotalMilliseconds, scope.NowMs, next.RunId });
            var job = Find(scope, next.RunId)!;
            scope.Append(Event(job, EventTypes.RunStarted, EventData.Of(json => json.WriteString("version", job.Version))));
            return job;
        },
        ct);

    /// <summary>Prolongs a lease; false where the job is no longer the owner's (cancelled, or its lease ran out).</summary>
    public Task<bool> RenewAsync(string runId, string owner, TimeSpan lease, CancellationToken ct) =>
        database.WriteAsync(scope => Renew(scope, runId, owner, lease), ct);

    /// <summary>Appends <c>run.progress</c> and prolongs the lease; false as <see cref="RenewAsync"/>.</summary>
    public Task<bool> ProgressAsync(string runId, string owner, TimeSpan lease, double? done, string stage, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            if (!Renew(scope, runId, owner, lease))
                return false;
            scope.Execute("UPDATE job SET done = @done, stage = @stage WHERE run_id = @runId", new { done, stage, runId });
            scope.Append(Event(Find(scope, runId)!, EventTypes.RunProgress, EventData.Of(json =>
            {
                if (done is { } part)
                    json.WriteNumber("done", part);
                else
                    json.WriteNull("done");
                json.WriteString("stage", stage);
            })));
            return true;
        },
        ct);

    /// <summary>Ends a run that came to its end, with <c>run.finished</c>.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="owner">Who holds its lease.</param>
    /// <param name="status"><c>ok</c>, <c>qualified</c> or <c>refused</c>.</param>
    /// <param name="data">Data of the event (JSON object).</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>False where the job is no longer the owner's; then nothing changed.</returns>
    public Task<bool> FinishAsync(string runId, string owner, string status, string data, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            if (Held(scope, runId, owner) is not { } job)
                return false;
            scope.Execute(
                "UPDATE job SET state = 2, status = @status, outcome = @data, done = 1, finished_at = @NowMs, lease_owner = NULL, lease_until = NULL WHERE run_id = @runId",
                new { status, data, scope.NowMs, runId });
            scope.Append(Event(job, EventTypes.RunFinished, data));
            return true;
        },
        ct);

    /// <summary>Ends an attempt that failed, with <c>run.failed</c>: queued again after a pause where attempts are left and a retry makes sense.</summary>
    public Task<bool> FailAttemptAsync(string runId, string owner, string reason, bool retry, TimeSpan pause, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            if (Held(scope, runId, owner) is not { } job)
                return false;
            Fail(scope, job, reason, retry, pause);
            return true;
        },
        ct);

    /// <summary>
    /// Ends an attempt that something else cut off, the host's own stop or another run's crash, with <c>run.failed</c>: queued
    /// again at once, and the attempt is not charged: one more is allowed.
    /// </summary>
    public Task<bool> ReleaseAsync(string runId, string owner, string reason, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            if (Held(scope, runId, owner) is not { } job)
                return false;
            scope.Execute("UPDATE job SET max_attempts = max_attempts + 1 WHERE run_id = @runId", new { runId });
            Fail(scope, job with { MaxAttempts = job.MaxAttempts + 1 }, reason, retry: true, TimeSpan.Zero);
            return true;
        },
        ct);

    /// <summary>The attempt runs on another version of its product than the one it was queued for.</summary>
    public Task<bool> SetVersionAsync(string runId, string owner, string version, CancellationToken ct) => database.WriteAsync(
        scope => scope.Execute("UPDATE job SET version = @version WHERE run_id = @runId AND state = 1 AND lease_owner = @owner", new { version, runId, owner }) > 0,
        ct);

    /// <summary>Cancels an open run, with a final <c>run.failed</c> marked <c>cancelled</c>; false where it is not open.</summary>
    public Task<bool> CancelAsync(string runId, string reason, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            if (Find(scope, runId) is not { IsOpen: true } job)
                return false;
            Cancel(scope, job, reason);
            return true;
        },
        ct);

    /// <summary>Gives running jobs whose lease ran out to their next attempt, or fails them. Returns how many. <see cref="ClaimAsync"/> does this too.</summary>
    public Task<int> ExpireLeasesAsync(CancellationToken ct) =>
        database.WriteAsync(scope => Expire(scope, "lease_until < @NowMs", new { scope.NowMs }, "The worker did not answer any more."), ct);

    /// <summary>Gives back at once what owners of an earlier life of this process held; the attempt counts.</summary>
    public Task<int> ReleaseAllAsync(CancellationToken ct) =>
        database.WriteAsync(scope => Expire(scope, "1", new { }, "The host stopped while this ran."), ct);

    public Job? Get(string runId) =>
        database.Read(c => c.Sqlite.QueryFirstOrDefault<JobRow>(JobRow.Select + "WHERE run_id = @runId", new { runId })?.ToJob());

    /// <summary>Jobs, newest first.</summary>
    public IReadOnlyList<Job> List(JobFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var where = new List<string> { "1" };
        if (filter.StudyUids is not null)
            where.Add("study_uid IN @StudyUids");
        if (filter.Site is not null)
            where.Add(filter.StudyUids is null ? "site = @Site" : "+site = @Site");
        if (filter.Product is not null)
            where.Add("product = @Product");
        // Spelled out so that the partial indexes of open jobs serve.
        if (filter.States is not null)
            where.Add($"state IN ({string.Join(", ", filter.States.Select(s => ((int)s).ToString(CultureInfo.InvariantCulture)))})");
        return database.Read(c => c.Sqlite.Query<JobRow>(
            JobRow.Select + $"WHERE {string.Join(" AND ", where)} ORDER BY key DESC LIMIT @Limit",
            new { filter.StudyUids, filter.Site, filter.Product, filter.Limit }).Select(r => r.ToJob()).ToList());
    }

    /// <summary>An event of a run, as every table of runs writes it.</summary>
    internal static EventDraft Event(Job job, string type, string data) => new(job.Site, job.StudyUid, type, data, job.Product, job.RunId, job.Attempt);

    /// <summary>Cancels what is open on a study that goes.</summary>
    internal static void CancelOpen(WriteScope scope, string site, string studyUid, string reason)
    {
        foreach (var row in scope.Query<JobRow>(JobRow.Select + "WHERE study_uid = @studyUid AND site = @site AND state IN (0, 1)", new { site, studyUid }))
            Cancel(scope, row.ToJob(), reason);
    }

    private static void Cancel(WriteScope scope, Job job, string reason)
    {
        scope.Execute(
            "UPDATE job SET state = 4, reason = @reason, finished_at = @NowMs, lease_owner = NULL, lease_until = NULL WHERE run_id = @RunId",
            new { reason, scope.NowMs, job.RunId });
        scope.Append(Failed(job, reason, willRetry: false, cancelled: true));
    }

    private static Job? Find(WriteScope scope, string runId) =>
        scope.QuerySingle<JobRow>(JobRow.Select + "WHERE run_id = @runId", new { runId })?.ToJob();

    private static Job? Held(WriteScope scope, string runId, string owner) =>
        Find(scope, runId) is { State: JobState.Running } job && job.LeaseOwner == owner ? job : null;

    private static bool Renew(WriteScope scope, string runId, string owner, TimeSpan lease) => scope.Execute(
        "UPDATE job SET lease_until = @until WHERE run_id = @runId AND state = 1 AND lease_owner = @owner",
        new { until = scope.NowMs + (long)lease.TotalMilliseconds, runId, owner }) > 0;

    private static int Expire(WriteScope scope, string which, object parameters, string reason)
    {
        var jobs = scope.Query<JobRow>(JobRow.Select + $"WHERE state = 1 AND {which}", parameters);
        foreach (var job in jobs)
            Fail(scope, job.ToJob(), reason, retry: true, TimeSpan.Zero);
        return jobs.Count;
    }

    private static void Fail(WriteScope scope, Job job, string reason, bool retry, TimeSpan pause)
    {
        var again = retry && job.Attempt < job.MaxAttempts;
        scope.Execute(
            "UPDATE job SET state = @state, reason = @reason, lease_owner = NULL, lease_until = NULL, not_before = @notBefore, finished_at = @finishedAt WHERE run_id = @RunId",
            new
            {
                state = (int)(again ? JobState.Queued : JobState.Failed),
                reason,
                notBefore = again && pause > TimeSpan.Zero ? scope.NowMs + (long)pause.TotalMilliseconds : (long?)null,
                finishedAt = again ? (long?)null : scope.NowMs,
                job.RunId,
            });
        scope.Append(Failed(job, reason, again, cancelled: false));
    }

    private static EventDraft Failed(Job job, string reason, bool willRetry, bool cancelled) => Event(job, EventTypes.RunFailed, EventData.Of(json =>
    {
        json.WriteString("reason", reason);
        json.WriteBoolean("willRetry", willRetry);
        json.WriteBoolean("final", !willRetry);
        if (cancelled)
            json.WriteBoolean("cancelled", true);
    }));
}
