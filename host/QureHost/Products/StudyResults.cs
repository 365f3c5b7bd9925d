using System.Text.Json;
using QureHost.Archive;
using QureHost.Sdk;
using QureHost.Sdk.Results;

namespace QureHost.Products;

/// <summary>
/// How one product stands on one study: its newest run, and the run whose results count: the newest that finished, or
/// that has published while it still runs. A newer run that failed is shown beside the older results, never in their place.
/// </summary>
internal sealed record ProductState(Job Newest, Job? Shown, IReadOnlyList<StoredResult> Results)
{
    /// <summary>Results of the shown run, as the product published them.</summary>
    public IReadOnlyList<Result> Parsed() => [.. Results.Select(r => ParseResult(r.Data)).OfType<Result>()];

    /// <summary><c>queued, running, ok, qualified, refused, failed, cancelled</c>.</summary>
    public string State => Newest.State switch
    {
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Failed => "failed",
        JobState.Cancelled => "cancelled",
        _ => Newest.Status ?? "ok",
    };

    /// <summary>The state of every product that ever ran on each of the studies.</summary>
    public static ILookup<string, ProductState> Of(ArchiveStore archive, string site, IReadOnlyCollection<string> studyUids)
    {
        if (studyUids.Count == 0)
        {
            return Array.Empty<ProductState>().ToLookup(s => s.Newest.StudyUid);
        }

        var results = archive.Results.OfStudies(site, studyUids).ToLookup(r => r.RunId);
        return archive.Jobs.List(new JobFilter { Site = site, StudyUids = studyUids, Limit = 10_000 })
            .GroupBy(j => (j.StudyUid, j.Product))
            .Select(runs =>
            {
                var newestFirst = runs.OrderByDescending(j => j.CreatedAt).ToArray();
                var shown = Array.Find(newestFirst, j => j.State == JobState.Finished || (j.State == JobState.Running && results.Contains(j.RunId)));
                return new ProductState(newestFirst[0], shown, shown is null ? [] : [.. results[shown.RunId].OrderBy(r => r.Seq)]);
            })
            .ToLookup(s => s.Newest.StudyUid);
    }

    /// <summary>What <c>qurehost run</c> would print.</summary>
    public ProductReport Report()
    {
        var outcome = RunOutcome.Of(Shown);
        var failed = Newest.State is JobState.Failed or JobState.Cancelled;
        var reasons = failed && Newest.Reason is { } why ? [why, .. outcome.Reasons] : outcome.Reasons;
        return ProductReport.From(Newest.Product, (Shown ?? Newest).Version, failed ? "failed" : State, reasons, outcome.Models, Parsed());
    }

    private static Result? ParseResult(string data)
    {
        using var json = JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty("result", out var result) ? result.Deserialize(SdkJson.Default.Result) : null;
    }
}

/// <summary>Data of a <c>run.finished</c> event.</summary>
internal sealed record RunOutcome(IReadOnlyList<string> Reasons, IReadOnlyList<ModelUse> Models)
{
    public static RunOutcome Of(Job? job)
    {
        var outcome = job?.Outcome is { } data ? JsonSerializer.Deserialize<RunOutcome>(data, HostJson.Compact) : null;
        return new RunOutcome(outcome?.Reasons ?? [], outcome?.Models ?? []);
    }
}
