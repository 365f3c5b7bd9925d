using QureHost.Plugins.ReportNlp.Reading;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Plugins.ReportNlp;

/// <summary>
/// The product: reads the reports attached to a study and publishes what they say, with the words that say it. Of two
/// reports that speak of the same finding the newer one has the last word.
/// </summary>
public sealed class ReportNlpProduct : IProduct, ITextProduct
{
    /// <inheritdoc/>
    public async ValueTask RunAsync(IRun run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        var reader = run.Settings<ReportNlpSettings>().Reader();
        var reports = 0;
        await foreach (var report in run.Study.ReportsAsync(ct).ConfigureAwait(false))
        {
            await run.CheckpointAsync(null, $"report {++reports}", ct).ConfigureAwait(false);
            var reading = reader.ReadReport(report.Text, report.Modality);
            if (reading.IsTruncated)
            {
                await run.PublishAsync(Gate(GateStatus.Qualified, $"A report is longer than {ReportReader.MaxLength} characters; the rest was not read."), ct).ConfigureAwait(false);
            }

            foreach (var (name, value) in reading.Labels)
            {
                // A second name for the same finding is for label files only.
                if (FindingVocabulary.NameOf(name) is not { } known || known == name)
                {
                    await run.PublishAsync(Explain(report, reading, name, value), ct).ConfigureAwait(false);
                }
            }
        }

        if (reports == 0)
        {
            await run.PublishAsync(Gate(GateStatus.Refused, "No text report is attached to the study."), ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Label(string text, string modality) => ReportReader.Read(text ?? "", modality ?? "").Labels;

    private static Gate Gate(GateStatus status, string reason) => new() { Id = "gate", Status = status, Reasons = [reason] };

    private static Finding Explain(StudyReport report, ReportReading reading, string name, int value)
    {
        var mention = reading.Telling(name);
        return new Finding
        {
            Id = name,
            Name = name,
            Presence = value switch { 1 => Presence.Present, 0 => Presence.Absent, _ => Presence.Indeterminate },
            Laterality = mention?.Laterality,
            Detail = mention is null ? null : report.Text.Substring(mention.Start, mention.Length),
            Reason = mention is null ? null : ReasonOf(report.Text, name, value, mention),
            Text = mention is null ? null : new TextSpan(report.Id, mention.Start, mention.Length),
        };
    }

    private static string? ReasonOf(string text, string name, int value, Mention mention)
    {
        var words = mention.Assertion.TriggerStart < 0 ? "" : text.Substring(mention.Assertion.TriggerStart, mention.Assertion.TriggerLength);
        var implied = mention.Finding == name ? "" : $"implied by {mention.Finding}";
        var trigger = value == 1 || words.Length == 0 ? "" : $"{(value == 0 ? "negated" : "left open")} by \"{words}\"";
        var reason = string.Join("; ", new[] { implied, trigger }.Where(part => part.Length > 0));
        return reason.Length == 0 ? null : reason;
    }
}
