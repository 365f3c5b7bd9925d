using QureHost.Access;
using QureHost.Archive;
using QureHost.Products;
using QureHost.Sdk.Results;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Api;

/// <summary>The worklist: studies with what every product says of them.</summary>
internal static class WorklistEndpoints
{
    private const int MaxLimit = 200;

    public static void MapWorklist(this RouteGroupBuilder api)
    {
        api.MapGet("/worklist", (HttpContext context, ArchiveStore archive, ProductNames names, string? site, string? search, string? modality, int? limit, int? offset) =>
        {
            if (limit is < 1 or > MaxLimit || offset is < 0)
            {
                return Problems.BadRequest($"limit is 1 to {MaxLimit} and offset is not negative.");
            }

            var sites = site is null ? [.. archive.SitesOf(context.User).Select(s => s.Id)] : new[] { site };
            if (!sites.All(context.User.MaySee))
            {
                return Problems.Forbidden();
            }

            // Read before the rows: an event that comes between is seen again, never missed.
            var seq = archive.Events.LastSeq;
            var page = archive.Index.GetWorklist(new WorklistQuery { Sites = sites, Search = search, Modality = modality, Limit = limit ?? 50, Offset = offset ?? 0 });
            var states = page.Rows.GroupBy(r => r.Site).ToDictionary(g => g.Key, g => ProductState.Of(archive, g.Key, [.. g.Select(r => r.StudyUid)]));
            return Answer.Ok(new WorklistAnswer(seq, page.More, [.. page.Rows.Select(r => WorklistRow.From(r, states[r.Site][r.StudyUid], names))]));
        }).Produces<WorklistAnswer>().WithSummary("Studies, newest first, with the state and present findings of every product.");

        api.MapGet("/worklist/{study}", (string study, HttpContext context, ArchiveStore archive, ProductNames names) =>
            context.SiteOf(archive) is { } site && archive.Index.GetStudy(site, study) is { } row
                ? Answer.Ok(WorklistRow.From(row, ProductState.Of(archive, site, [study])[study], names))
                : Problems.NoStudy()).Produces<WorklistRow>().WithSummary("One row of the worklist.");
    }
}

internal sealed record WorklistAnswer(long Seq, bool More, IReadOnlyList<WorklistRow> Rows);

internal sealed record WorklistRow(
    string Site,
    string StudyUid,
    string? PatientName,
    string? PatientId,
    string? Sex,
    string? BirthDate,
    string? StudyDate,
    string? StudyTime,
    string? Accession,
    string? Description,
    IReadOnlyList<string> Modalities,
    int Series,
    int Instances,
    DateTimeOffset ReceivedAt,
    bool Settled,
    IReadOnlyList<string> Flags,
    string Priority,
    IReadOnlyList<WorklistProduct> Products)
{
    public static WorklistRow From(StudyRow r, IEnumerable<ProductState> states, ProductNames names)
    {
        var products = states.Select(s => WorklistProduct.From(s, names)).OrderBy(p => p.Product, StringComparer.Ordinal).ToArray();
        return new WorklistRow(
            r.Site, r.StudyUid, r.PatientName, r.PatientId, r.Sex, r.BirthDate, r.StudyDate, r.StudyTime, r.AccessionNumber, r.Description,
            r.Modalities, r.SeriesCount, r.InstanceCount, r.ReceivedAt, r.Settled, r.Flags, PriorityOf(products), products);
    }

    /// <summary>A critical finding makes a study stat; another present finding makes it urgent.</summary>
    private static string PriorityOf(IReadOnlyList<WorklistProduct> products)
    {
        var findings = products.SelectMany(p => p.Findings).ToArray();
        return findings.Any(f => f.Critical) ? "Stat" : findings.Length > 0 ? "Urgent" : "Routine";
    }
}

internal sealed record WorklistProduct(string Product, string Name, string RunId, string State, double? Done, string? Stage, string? Reason, IReadOnlyList<WorklistFinding> Findings)
{
    public static WorklistProduct From(ProductState s, ProductNames names)
    {
        var reason = s.Newest.State is JobState.Failed or JobState.Cancelled ? s.Newest.Reason : string.Join(" ", RunOutcome.Of(s.Shown).Reasons);
        var findings = s.Parsed().OfType<Finding>().Where(f => f.Presence == Presence.Present)
            .OrderByDescending(f => f.Critical).ThenByDescending(f => f.Probability ?? 1)
            .Select(f => new WorklistFinding(f.Name, FindingVocabulary.TryGet(f.Name, out var entry) ? entry.Display : f.Name, f.Probability, f.Critical, f.Laterality?.ToString().ToLowerInvariant()));
        return new WorklistProduct(s.Newest.Product, names.Of(s.Newest.Product), s.Newest.RunId, s.State, s.Newest.Done, s.Newest.Stage, string.IsNullOrEmpty(reason) ? null : reason, [.. findings]);
    }
}

internal sealed record WorklistFinding(string Name, string Display, double? Probability, bool Critical, string? Laterality);
