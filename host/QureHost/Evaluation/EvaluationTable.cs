using System.Globalization;

namespace QureHost.Evaluation;

/// <summary>An evaluation for people to read.</summary>
internal static class EvaluationTable
{
    public static void Write(TextWriter output, EvaluationReport report)
    {
        output.WriteLine($"{report.Product} {report.Version}");
        foreach (var model in report.Models)
        {
            output.WriteLine($"model {model.Name} {model.Version} sha256 {model.Sha256}");
        }

        foreach (var status in report.Cases.GroupBy(c => c.Status).OrderByDescending(g => g.Count()))
        {
            output.WriteLine($"{status.Count()} cases {status.Key}");
        }

        var withAuc = report.Findings.Any(f => f.Auc is not null);
        output.WriteLine();
        output.WriteLine($"{"finding",-32} {"n",5} {"pos",5}  {(withAuc ? $"{"AUC",-20}  " : "")}{"sensitivity",-20}  {"specificity",-20}  {(withAuc ? "" : "F1")}");
        foreach (var f in report.Findings)
        {
            output.WriteLine(
                f.Reason is { } reason ? $"{f.Name,-32} {f.N,5} {f.Positives,5}  {reason}"
                : $"{f.Name,-32} {f.N,5} {f.Positives,5}  {(withAuc ? $"{Interval(f.Auc, f.AucLow, f.AucHigh),-20}  " : "")}{Interval(f.Sensitivity, f.SensitivityLow, f.SensitivityHigh),-20}  {Interval(f.Specificity, f.SpecificityLow, f.SpecificityHigh),-20}  {(withAuc ? "" : Number(f.F1))}");
        }

        if (withAuc)
        {
            var aucs = report.Findings.Select(f => f.Auc).OfType<double>().ToArray();
            output.WriteLine($"mean AUC of {aucs.Length} findings {Number(aucs.Average())}");
        }

        output.WriteLine("Brackets are 95 % intervals: of the AUC by resampling patients, of the others Wilson's.");
    }

    private static string Interval(double? value, double? low, double? high) =>
        value is null ? "-" : $"{Number(value)} [{Number(low)}, {Number(high)}]";

    private static string Number(double? value) => value?.ToString(".000", CultureInfo.InvariantCulture) ?? "-";
}
