using System.Text.Json;
using QureHost.Plugins.ReportNlp.Reading;
using QureHost.Sdk.Vocabulary;
using QureHost.Testing;

namespace QureHost.Plugins.ReportNlp.Tests;

/// <summary>Floors on the labelled sets beside the repository, a little under what the README reports.</summary>
public sealed class DevelopmentSetTests
{
    private static readonly string[] Nine =
    [
        FindingNames.IntracranialHaemorrhage, FindingNames.IntraparenchymalHaemorrhage, FindingNames.IntraventricularHaemorrhage,
        FindingNames.SubduralHaemorrhage, FindingNames.ExtraduralHaemorrhage, FindingNames.SubarachnoidHaemorrhage,
        FindingNames.CalvarialFracture, FindingNames.MidlineShift, FindingNames.MassEffect,
    ];

    [Theory]
    [InlineData("chest_openi_dev", .945)]
    [InlineData("chest_openi_dev_extra_meshonly", .89)]
    [InlineData("chest_ct_ctrate_dev", .925)]
    [InlineData("head_ct_real_dev", .96)]
    [InlineData("head_ct_authored_dev", .94)]
    public void Labels_reach_this_F1(string set, double floor)
    {
        var (tp, fp, fn, _) = Count(set, null).Aggregate((a, b) => (a.Tp + b.Tp, a.Fp + b.Fp, a.Fn + b.Fn, a.Tn + b.Tn));

        Assert.InRange(2d * tp / ((2 * tp) + fp + fn), floor, 1);
    }

    [Fact]
    public void Head_CT_reaches_the_published_target_over_nine_findings()
    {
        var counts = Count("head_ct_real_dev", Nine).Zip(Count("head_ct_authored_dev", Nine), (a, b) => (Tp: a.Tp + b.Tp, Fp: a.Fp + b.Fp, Fn: a.Fn + b.Fn, Tn: a.Tn + b.Tn)).ToArray();

        Assert.InRange(counts.Average(c => (double)c.Tp / (c.Tp + c.Fn)), .95, 1);
        Assert.InRange(counts.Average(c => (double)c.Tn / (c.Tn + c.Fp)), .99, 1);
    }

    [Fact]
    public void Most_of_what_a_report_leaves_open_is_found()
    {
        var open = Rows("chest_openi_dev").Concat(Rows("head_ct_real_dev")).SelectMany(row => row.Gold.Where(g => g.Value == -1).Select(g => row.Labels.GetValueOrDefault(g.Key))).ToArray();

        Assert.InRange(open.Count(value => value == -1) / (double)open.Length, .62, 1);
    }

    [Fact]
    public void Adversarial_sentences_are_read_exactly()
    {
        var rows = Rows("adversarial_dev").ToArray();

        Assert.InRange(rows.Count(row => row.Gold.All(g => row.Labels.GetValueOrDefault(g.Key) == g.Value)) / (double)rows.Length, .95, 1);
    }

    [Fact]
    public void Negation_of_given_spans_reaches_this_F1()
    {
        int tp = 0, fp = 0, fn = 0;
        foreach (var row in Lines("negex_sentences_dev"))
        {
            var start = row.GetProperty("start").GetInt32();
            var assertion = ReportReader.Default.Assert(row.GetProperty("text").GetString()!, start, row.GetProperty("end").GetInt32() - start + 1);
            var isNegated = assertion.IsNegated || assertion.IsResolved;
            var gold = row.GetProperty("negation").GetString() == "negated";
            tp += isNegated && gold ? 1 : 0;
            fp += isNegated && !gold ? 1 : 0;
            fn += !isNegated && gold ? 1 : 0;
        }

        Assert.InRange(2d * tp / ((2 * tp) + fp + fn), .96, 1);
    }

    /// <summary>Per finding, without gold labels of -1, as the sets' own scorer counts.</summary>
    private static (int Tp, int Fp, int Fn, int Tn)[] Count(string set, string[]? findings)
    {
        var rows = Rows(set).ToArray();
        findings ??= [.. rows.SelectMany(row => row.Gold.Keys).Distinct().Except(["normal", "opacity_any"])];
        return [.. findings.Select(finding =>
        {
            (int Tp, int Fp, int Fn, int Tn) c = default;
            foreach (var row in rows)
            {
                var isFound = row.Labels.GetValueOrDefault(finding) == 1;
                switch (row.Gold.GetValueOrDefault(finding))
                {
                    case 1 when isFound: c.Tp++; break;
                    case 1: c.Fn++; break;
                    case 0 when isFound: c.Fp++; break;
                    case 0: c.Tn++; break;
                }
            }

            return c;
        })];
    }

    private static IEnumerable<(Dictionary<string, int> Gold, IReadOnlyDictionary<string, int> Labels)> Rows(string set) =>
        from row in Lines(set)
        let gold = row.GetProperty("labels").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetInt32())
        select (gold, ReportReader.Read(row.GetProperty("text").GetString()!, row.GetProperty("modality").GetString()!).Labels);

    private static IEnumerable<JsonElement> Lines(string set)
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        return File.ReadLines(SharedData.At("data", "nlp", "dev", set + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement);
    }
}
