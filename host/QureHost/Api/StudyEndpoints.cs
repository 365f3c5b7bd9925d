using System.Text.Json;
using QureHost.Access;
using QureHost.Archive;
using QureHost.Pipeline;
using QureHost.Products;

namespace QureHost.Api;

/// <summary>One study: findings, results, reports, decisions, reruns.</summary>
internal static class StudyEndpoints
{
    private const int MaxReportLength = 200_000;

    public static void MapStudies(this RouteGroupBuilder api)
    {
        var study = api.MapGroup("/studies/{study}");

        study.MapGet("/findings", async (string study, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
        {
            if (await OpenAsync(context, archive, study, "findings", ct) is not { } site)
            {
                return Problems.NoStudy();
            }

            return Answer.Ok(ProductState.Of(archive, site, [study])[study].OrderBy(s => s.Newest.Product, StringComparer.Ordinal).Select(s => s.Report()));
        }).Produces<ProductReport[]>().WithSummary("What every product found, as `qurehost run` prints it.");

        study.MapGet("/results", async (string study, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
        {
            if (await OpenAsync(context, archive, study, "findings", ct) is not { } site)
            {
                return Problems.NoStudy();
            }

            return Answer.Ok(ProductState.Of(archive, site, [study])[study].OrderBy(s => s.Newest.Product, StringComparer.Ordinal).Select(ProductResults.From));
        }).Produces<ProductResults[]>().WithSummary("All current results with their graphics, and where their masks are.");

        study.MapGet("/reports", async (string study, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
            await OpenAsync(context, archive, study, "reports", ct) is { } site
                ? Answer.Ok(archive.Reports.OfStudy(site, study))
                : Problems.NoStudy()).Produces<Report[]>().WithSummary("Text reports attached to the study.");

        study.MapPost("/reports", async (string study, NewReport report, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
        {
            if (string.IsNullOrWhiteSpace(report.Text) || report.Text.Length > MaxReportLength)
            {
                return Problems.BadRequest($"A report has a text of 1 to {MaxReportLength} characters.");
            }

            if (await OpenAsync(context, archive, study, "report.add", ct) is not { } site)
            {
                return Problems.NoStudy();
            }

            var added = await archive.Reports.AddAsync(site, study, report.Text, report.Modality, "api", ct);
            return Answer.Created($"/api/v1/studies/{study}/reports", added);
        }).Produces<Report>(StatusCodes.Status201Created).WithSummary("Attaches a text report, which the report products then read.");

        study.MapPost("/decisions", async (string study, NewDecision decision, HttpContext context, ArchiveStore archive, TimeProvider clock, CancellationToken ct) =>
        {
            if (decision.Decision is not ("accept" or "reject" or "edit" or "add") || string.IsNullOrEmpty(decision.Product) || decision.Comment?.Length > 10_000)
            {
                return Problems.BadRequest("A decision is accept, reject, edit or add, and names its product.");
            }

            if (await OpenAsync(context, archive, study, "decision", ct) is not { } site)
            {
                return Problems.NoStudy();
            }

            var made = await archive.Decisions.AddAsync(
                new Decision
                {
                    Id = "",
                    At = clock.GetUtcNow(),
                    Site = site,
                    StudyUid = study,
                    Product = decision.Product,
                    RunId = decision.RunId,
                    ResultId = decision.ResultId,
                    Kind = decision.Decision,
                    Comment = decision.Comment,
                    User = context.User.NameOf(),
                },
                ct);
            return Answer.Created($"/api/v1/studies/{study}/decisions", made);
        }).Produces<Decision>(StatusCodes.Status201Created).WithSummary("Records what a reader decided about a result.");

        study.MapGet("/decisions", async (string study, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
            await OpenAsync(context, archive, study, "findings", ct) is { } site
                ? Answer.Ok(archive.Decisions.OfStudy(site, study))
                : Problems.NoStudy()).Produces<Decision[]>().WithSummary("What readers decided about results.");

        study.MapPost("/settle", async (string study, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
        {
            if (await OpenAsync(context, archive, study, "settle", ct) is not { } site)
            {
                return Problems.NoStudy();
            }

            return Answer.Ok(new { settled = await archive.Index.SettleAsync(site, study, "signal", null, ct) });
        }).WithSummary("Says that the study is complete: products that wait for it start.");

        study.MapGet("/alerts", async (string study, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
            await OpenAsync(context, archive, study, "findings", ct) is { } site
                ? Answer.Ok(archive.Alerts.OfStudy(site, study))
                : Problems.NoStudy()).Produces<Alert[]>().WithSummary("Alerts of critical findings.");

        api.MapPost("/alerts/{id}/acknowledge", async (string id, HttpContext context, ArchiveStore archive, CancellationToken ct) =>
            archive.Alerts.Get(id) is { } alert && context.User.MaySee(alert.Site)
                ? Answer.Ok(new { acknowledged = await archive.Alerts.AcknowledgeAsync(id, context.User.NameOf(), ct) })
                : Problems.NotFound("No such alert at a site that you may see.")).WithSummary("Acknowledges an alert.");

        api.MapPost("/runs/{run}/cancel", async (string run, HttpContext context, ArchiveStore archive, StudyPipeline pipeline, CancellationToken ct) =>
        {
            if (archive.Jobs.Get(run) is not { } job || !context.User.MaySee(job.Site))
            {
                return Problems.NotFound("No such run at a site that you may see.");
            }

            await archive.Audit.RecordAsync(new AuditEntry(context.User.NameOf(), job.Site, job.StudyUid, "run.cancel", job.Product), ct);
            return Answer.Ok(new { cancelled = await pipeline.CancelAsync(run, $"Cancelled by {context.User.NameOf()}.", ct) });
        }).WithSummary("Cancels a run that is queued or running.");

        api.MapGet("/masks/{id}", (string id, HttpContext context, ArchiveStore archive) =>
        {
            if (archive.Objects.OpenBlob(id) is not { } blob)
            {
                return Problems.NotFound("No such mask.");
            }

            if (!context.User.MaySee(blob.Site))
            {
                blob.Content.Dispose();
                return Problems.NotFound("No such mask.");
            }

            context.Response.Headers.CacheControl = "private, max-age=86400, immutable";
            return Answer.Stream(blob.Content, "application/octet-stream");
        }).WithSummary("Bytes of a mask, uint8, [image, y, x].");
    }

    /// <summary>The site of a study that the caller may see, its opening audited; null where there is none.</summary>
    private static async ValueTask<string?> OpenAsync(HttpContext context, ArchiveStore archive, string study, string action, CancellationToken ct)
    {
        if (context.SiteOf(archive) is not { } site || archive.Index.GetStudy(site, study) is null)
        {
            return null;
        }

        await archive.Audit.RecordAsync(new AuditEntry(context.User.NameOf(), site, study, action), ct);
        return site;
    }

    internal sealed record NewReport(string? Text, string? Modality);

    internal sealed record NewDecision(string? Product, string? RunId, string? ResultId, string? Decision, string? Comment);
}

/// <summary>One product's current results on a study, graphics included.</summary>
internal sealed record ProductResults(
    string Product,
    string Version,
    string RunId,
    int Attempt,
    string State,
    string? NewestRunId,
    string? Reason,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<ModelUse> Models,
    IReadOnlyList<JsonElement> Results)
{
    public static ProductResults From(ProductState s)
    {
        var shown = s.Shown ?? s.Newest;
        var outcome = RunOutcome.Of(s.Shown);
        return new ProductResults(
            shown.Product, shown.Version, shown.RunId, shown.Attempt, s.State, s.Newest.RunId, s.Newest.Reason, outcome.Reasons, outcome.Models,
            [.. s.Results.Select(r => JsonElement.Parse(r.Data))]);
    }
}
