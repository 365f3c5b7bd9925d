using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QureHost.Plugins.ReportNlp.Reading;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Plugins.ReportNlp;

/// <summary>The product: reads the reports attached to a study and publishes what they say, with the words that say it.</summary>
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
            foreach (var finding in FindingsOf(report, reading))
            {
                await run.PublishAsync(finding, ct).ConfigureAwait(false);
            }
        }

        if (reports == 0)
        {
            await run.PublishAsync(new Gate { Id = "gate", Status = GateStatus.Refused, Reasons = ["No text report is attached to the study."] }, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Label(string text, string modality) => ReportReader.Read(text ?? "", modality ?? "").Labels;

    private static IEnumerable<Finding> FindingsOf(StudyReport report, ReportReading reading)
    {
        foreach (var (name, value) in reading.Labels)
        {
            if (FindingVocabulary.TryGet(name, out var known) && known.Name != name)
            {
                // A second name for the same finding, for label files only.
                continue;
            }

            var mention = Telling(reading, name, value);
            yield return new Finding
            {
                Id = IdOf(report.Id, name),
                Name = name,
                Presence = value switch { 1 => Presence.Present, 0 => Presence.Absent, _ => Presence.Indeterminate },
                Laterality = mention?.Laterality,
                Detail = mention is null ? null : report.Text.Substring(mention.Start, mention.Length),
                Reason = ReasonOf(report.Text, name, value, mention),
                Text = mention is null ? null : new TextSpan(report.Id, mention.Start, mention.Length),
            };
        }
    }

    /// <summary>The mention that best explains a label: in the impression if there is one; of a finding that implies it otherwise.</summary>
    private static Mention? Telling(ReportReading reading, string name, int value) =>
        reading.Mentions.Where(m => m.Value == value && m.Finding == name).MaxBy(m => m.IsImpression)
        ?? reading.Mentions.Where(m => m.Value == value && FindingVocabulary.AncestorsOf(m.Finding).Contains(name)).MaxBy(m => m.IsImpression);

    private static string? ReasonOf(string text, string name, int value, Mention? mention)
    {
        if (mention is null)
        {
            return null;
        }

        List<string> reasons = [];
        if (mention.Finding != name)
        {
            reasons.Add($"implied by {mention.Finding}");
        }

        if (mention.Assertion.TriggerStart >= 0 && value != 1)
        {
            var words = text.Substring(mention.Assertion.TriggerStart, mention.Assertion.TriggerLength);
            reasons.Add($"{(value == 0 ? "negated" : "qualified")} by \"{words}\"");
        }

        return reasons.Count == 0 ? null : string.Join("; ", reasons);
    }

    /// <summary>Result ids allow a-z, 0-9, dot, underscore and hyphen, 64 at most; a report's id may be anything.</summary>
    private static string IdOf(string reportId, string name)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{reportId}\n{name}")))[..12];
        var plain = new string([.. name.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is '_')]);
        return $"{plain[..Math.Min(plain.Length, 40)]}.{hash}";
    }
}

/// <summary>A site's settings.</summary>
public sealed class ReportNlpSettings
{
    /// <summary>Additions to the rules, in the form of a rule file, or absent.</summary>
    public JsonElement? Rules { get; init; }

    internal ReportReader Reader() => Rules is { ValueKind: JsonValueKind.Object } rules ? ReportReader.With(rules) : ReportReader.Default;
}
