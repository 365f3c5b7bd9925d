namespace QureHost.Archive;

/// <summary>
/// Runs of products as durable rows. A worker claims one by lease, renews it while it works and ends it; a lease that
/// runs out frees the job for its next attempt. Every change of state appends its event in the same transaction.
/// </summary>
public sealed class JobTable
{
    internal JobTable()
    {
    }

    /// <summary>Queues a run, with <c>run.queued</c>. Where the product has an open run on the study, that one is returned instead.</summary>
    public Task<(Job Job, bool IsNew)> EnqueueAsync(JobDraft draft, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Claims the first queued job by lane, then due time, with <c>run.started</c>; null where none waits.</summary>
    /// <param name="owner">Who claims.</param>
    /// <param name="lease">How long the claim holds without renewal.</param>
    /// <param name="products">Only these products; null for all.</param>
    /// <param name="ct">Cancels the wait.</param>
    public Task<Job?> ClaimAsync(string owner, TimeSpan lease, IReadOnlyCollection<string>? products, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Prolongs a lease; false where the job is no longer the owner's (cancelled, or its lease ran out).</summary>
    public Task<bool> RenewAsync(string runId, string owner, TimeSpan lease, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Appends <c>run.progress</c> and prolongs the lease; false as <see cref="RenewAsync"/>.</summary>
    public Task<bool> ProgressAsync(string runId, string owner, TimeSpan lease, double? done, string stage, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ends a run that came to its end, with <c>run.finished</c>.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="owner">Who holds its lease.</param>
    /// <param name="status"><c>ok</c>, <c>qualified</c> or <c>refused</c>.</param>
    /// <param name="data">Data of the event (JSON object).</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>False where the job is no longer the owner's; then nothing changed.</returns>
    public Task<bool> FinishAsync(string runId, string owner, string status, string data, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ends an attempt that failed, with <c>run.failed</c>: queued again after a pause where attempts are left and a retry makes sense.</summary>
    public Task<bool> FailAttemptAsync(string runId, string owner, string reason, bool retry, TimeSpan pause, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Cancels an open run, with a final <c>run.failed</c> marked <c>cancelled</c>; false where it is not open.</summary>
    public Task<bool> CancelAsync(string runId, string reason, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Gives running jobs whose lease ran out to their next attempt, or fails them. Returns how many. <see cref="ClaimAsync"/> does this too.</summary>
    public Task<int> ExpireLeasesAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Gives back at once what an owner of an earlier life of this process held.</summary>
    public Task<int> ReleaseAllAsync(CancellationToken ct) => throw new NotImplementedException();

    public Job? Get(string runId) => throw new NotImplementedException();

    /// <summary>Jobs, newest first.</summary>
    public IReadOnlyList<Job> List(JobFilter filter) => throw new NotImplementedException();
}
