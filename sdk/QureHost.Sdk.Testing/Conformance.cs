using QureHost.Sdk.Results;

namespace QureHost.Sdk.Testing;

/// <summary>Rules over all of a run's results together.</summary>
public static class Conformance
{
    /// <summary>What is wrong; empty where the results conform.</summary>
    public static IReadOnlyList<string> ProblemsOf(IReadOnlyList<Result> results)
    {
        var problems = new List<string>();
        var ids = results.Select(r => r.Id).ToHashSet();
        problems.AddRange(results.Where(r => r.Of is not null && !ids.Contains(r.Of)).Select(r => $"Result '{r.Id}' belongs to '{r.Of}', which does not stand."));
        problems.AddRange(results.Where(r => !r.Final).Select(r => $"Result '{r.Id}' is still preliminary at the end of the run."));
        if (ResultSummary.StatusOf(results) == GateStatus.Refused)
        {
            problems.AddRange(results.OfType<Finding>().Where(f => f.Presence != Presence.NotAssessed).Select(f => $"The run is refused and yet finding '{f.Id}' is {f.Presence}."));
        }

        return problems;
    }
}
