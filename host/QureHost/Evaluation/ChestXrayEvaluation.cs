using QureHost.Imaging;
using QureHost.Products;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Evaluation;

/// <summary>The chest X-ray product against a labelled set, case by case through the product itself.</summary>
internal static class ChestXrayEvaluation
{
    public static async Task<EvaluationReport> RunAsync(ProductBench bench, ChestXrayData data, Action<string> step, CancellationToken ct)
    {
        var cases = new List<(string[] Row, EvaluatedCase Case, ProductReport Report)>();
        using var folder = new ScratchFolder();
        foreach (var row in data.Rows)
        {
            var report = await ReadAsync(bench, data, row, folder, ct);
            var said = report.Findings.GroupBy(f => f.Name).ToDictionary(g => g.Key, g => g.First());
            var evaluated = new EvaluatedCase(
                data.IdOf(row),
                report.Status,
                data.Findings.ToDictionary(f => f.Name, f => said.GetValueOrDefault(f.Vocabulary)?.Probability),
                report.Findings.SelectMany(f => f.Measurements).Concat(report.Measurements).GroupBy(m => m.Name).ToDictionary(g => g.Key, g => g.First().Value),
                report.Reasons);
            cases.Add((row, evaluated, report));
            step(evaluated.Id);
        }

        return new EvaluationReport
        {
            Product = bench.Product,
            Version = bench.Version,
            Models = cases.Select(c => c.Report.Models).FirstOrDefault(m => m.Count > 0) ?? [],
            Findings = [.. data.Findings.Select(f => Score(f, data, cases))],
            Cases = [.. cases.Select(c => c.Case)],
        };
    }

    private static EvaluatedFinding Score((string Column, string Name, string Vocabulary) finding, ChestXrayData data, List<(string[] Row, EvaluatedCase Case, ProductReport Report)> cases)
    {
        var scored = new List<Scored>();
        int tp = 0, fn = 0, fp = 0, tn = 0;
        string? reason = null;
        foreach (var (row, _, report) in cases)
        {
            if (data.TruthOf(row, finding.Column) is not { } truth || report.Findings.FirstOrDefault(f => f.Name == finding.Vocabulary) is not { } said)
            {
                continue;
            }

            reason ??= said.Present is null ? said.Reason : null;
            if (said.Probability is { } probability)
            {
                scored.Add(new Scored(data.PatientOf(row), truth, probability));
            }

            if (said.Present is { } present)
            {
                _ = (truth, present) switch { (true, true) => tp++, (true, false) => fn++, (false, true) => fp++, _ => tn++ };
            }
        }

        var (auc, low, high) = Roc.WithInterval(scored);
        var sensitivity = Rate.Of95(tp, tp + fn);
        var specificity = Rate.Of95(tn, tn + fp);
        return new EvaluatedFinding
        {
            Name = finding.Name,
            N = scored.Count,
            Positives = scored.Count(s => s.Truth),
            Auc = auc,
            AucLow = low,
            AucHigh = high,
            Sensitivity = sensitivity.Value,
            SensitivityLow = sensitivity.Low,
            SensitivityHigh = sensitivity.High,
            Specificity = specificity.Value,
            SpecificityLow = specificity.Low,
            SpecificityHigh = specificity.High,
            Reason = scored.Count == 0 ? reason ?? "no case was read" : null,
        };
    }

    private static async Task<ProductReport> ReadAsync(ProductBench bench, ChestXrayData data, string[] row, ScratchFolder folder, CancellationToken ct)
    {
        try
        {
            var file = folder.Put(data.Part10Of(row));
            return await bench.RunAsync(await FolderStudy.OpenAsync(file, ct), (_, _) => { }, ct);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return new ProductReport { Product = bench.Product, Version = bench.Version, Status = "failed", Reasons = [e.Message] };
        }
    }

    /// <summary>One file at a time in a folder that goes away.</summary>
    private sealed class ScratchFolder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("qurehost-evaluate-").FullName;

        public string Put(byte[] bytes)
        {
            var file = Path.Combine(_path, "case.dcm");
            File.WriteAllBytes(file, bytes);
            return file;
        }

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
