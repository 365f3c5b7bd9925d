using System.Text.Json;
using QureHost.Sdk;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Evaluation;

/// <summary>
/// Report labels against a gold standard of JSON lines <c>{id, modality, text, labels}</c>. Gold labels of -1 (uncertain) are
/// left out of sensitivity and specificity; a finding that a line does not list counts as 0.
/// </summary>
internal static class ReportEvaluation
{
    /// <summary>Files of a data folder that hold labelled reports.</summary>
    public static IReadOnlyList<string> FilesOf(string path) =>
        File.Exists(path) ? [path] : [.. Directory.EnumerateFiles(path, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public static EvaluationReport Run(ITextProduct product, string version, IReadOnlyList<string> files, CancellationToken ct)
    {
        var lines = files.SelectMany(Read).ToArray();
        var predictions = new IReadOnlyDictionary<string, int>[lines.Length];
        Parallel.For(0, lines.Length, new ParallelOptions { CancellationToken = ct }, i => predictions[i] = product.Label(lines[i].Text, lines[i].Modality));

        // A set labels only its own findings: a head CT set says nothing of a nodule.
        var findings = lines.GroupBy(l => l.File).SelectMany(set => set.SelectMany(l => l.Labels.Keys).Distinct().Select(name => (Set: set.Key, Name: name))).ToLookup(f => f.Name, f => f.Set);
        var rows = new List<EvaluatedFinding>();
        foreach (var finding in findings.Where(f => f.Key is not ("normal" or "opacity_any")).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var sets = finding.ToHashSet();
            int tp = 0, fp = 0, fn = 0, tn = 0;
            for (var i = 0; i < lines.Length; i++)
            {
                var truth = lines[i].Labels.GetValueOrDefault(finding.Key);
                if (!sets.Contains(lines[i].File) || truth == -1)
                {
                    continue;
                }

                var said = predictions[i].GetValueOrDefault(FindingVocabulary.NameOf(finding.Key) ?? finding.Key) == 1;
                _ = (truth == 1, said) switch { (true, true) => tp++, (true, false) => fn++, (false, true) => fp++, _ => tn++ };
            }

            var sensitivity = Rate.Of95(tp, tp + fn);
            var specificity = Rate.Of95(tn, tn + fp);
            rows.Add(new EvaluatedFinding
            {
                Name = finding.Key,
                N = tp + fp + fn + tn,
                Positives = tp + fn,
                Sensitivity = sensitivity.Value,
                SensitivityLow = sensitivity.Low,
                SensitivityHigh = sensitivity.High,
                Specificity = specificity.Value,
                SpecificityLow = specificity.Low,
                SpecificityHigh = specificity.High,
                F1 = tp + fp + fn == 0 ? null : 2.0 * tp / ((2.0 * tp) + fp + fn),
            });
        }

        return new EvaluationReport
        {
            Product = "report-nlp",
            Version = version,
            Findings = rows,
            Cases = [.. lines.Select((l, i) => new EvaluatedCase(l.Id, "ok", predictions[i].ToDictionary(p => p.Key, p => (double?)(p.Value == -1 ? .5 : p.Value)), new Dictionary<string, double>(), []))],
        };
    }

    private static IEnumerable<LabelledReport> Read(string file)
    {
        foreach (var line in File.ReadLines(file).Where(l => !string.IsNullOrWhiteSpace(l)))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (!root.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Object || !root.TryGetProperty("text", out var text))
            {
                continue; // another kind of file: concepts in sentences, predictions
            }

            yield return new LabelledReport(
                file,
                root.TryGetProperty("id", out var id) ? id.ToString() : "",
                root.TryGetProperty("modality", out var modality) ? modality.GetString() ?? "" : "",
                text.GetString() ?? "",
                labels.EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetInt32()));
        }
    }

    private sealed record LabelledReport(string File, string Id, string Modality, string Text, Dictionary<string, int> Labels);
}
