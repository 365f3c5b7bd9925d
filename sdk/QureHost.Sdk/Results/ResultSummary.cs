namespace QureHost.Sdk.Results;

/// <summary>What a set of current results says about the run as a whole.</summary>
public static class ResultSummary
{
    /// <summary>
    /// The verdict of all gates together: refused when the study, or every image that was judged, is refused; qualified
    /// when anything is qualified or some images are refused; otherwise ok.
    /// </summary>
    public static GateStatus StatusOf(IEnumerable<Result> results)
    {
        var gates = results.OfType<Gate>().ToArray();
        if (gates.Any(g => g.Image is null && g.Status == GateStatus.Refused))
        {
            return GateStatus.Refused;
        }

        var images = gates.Where(g => g.Image is not null).ToArray();
        if (images.Length > 0 && images.All(g => g.Status == GateStatus.Refused))
        {
            return GateStatus.Refused;
        }

        return gates.Any(g => g.Status != GateStatus.Ok) ? GateStatus.Qualified : GateStatus.Ok;
    }

    /// <summary>The reasons of all gates, each once, in order.</summary>
    public static IReadOnlyList<string> ReasonsOf(IEnumerable<Result> results) =>
        [.. results.OfType<Gate>().SelectMany(g => g.Reasons).Distinct()];
}
