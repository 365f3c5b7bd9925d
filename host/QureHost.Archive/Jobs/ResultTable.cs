namespace QureHost.Archive;

/// <summary>Results as they stand now, beside the events that told of them: what a study shows on opening, without a replay.</summary>
public sealed class ResultTable
{
    internal ResultTable()
    {
    }

    /// <summary>Publishes a result, with <c>result.published</c>; the same id in a run replaces. Returns the event's sequence number.</summary>
    /// <param name="run">The run that speaks.</param>
    /// <param name="resultId">Id of the result within the run.</param>
    /// <param name="data">Data of the event (JSON): <c>{result, mask?}</c>.</param>
    /// <param name="ct">Cancels the wait.</param>
    public Task<long> PublishAsync(Job run, string resultId, string data, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Withdraws a result, with <c>result.withdrawn</c>; 0 where it is not there.</summary>
    public Task<long> WithdrawAsync(Job run, string resultId, string reason, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Results of a run, in the order they were last published.</summary>
    public IReadOnlyList<StoredResult> OfRun(string runId) => throw new NotImplementedException();

    /// <summary>Results of all runs on the studies, in the order they were last published.</summary>
    public IReadOnlyList<StoredResult> OfStudies(string site, IReadOnlyCollection<string> studyUids) => throw new NotImplementedException();
}
