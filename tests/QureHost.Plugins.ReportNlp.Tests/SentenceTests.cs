using QureHost.Plugins.ReportNlp.Reading;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Plugins.ReportNlp.Tests;

/// <summary>Sentences written for this project, each with what it says.</summary>
public sealed class SentenceTests
{
    public static TheoryData<string, string, string> Sentences()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Sentences.tsv")).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var cells = line.Split('\t');
            data.Add(cells[0], cells[1].Replace("\\n", "\n", StringComparison.Ordinal), cells.Length > 2 ? cells[2] : "");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_sentence_says_this_and_nothing_else(string region, string text, string expected)
    {
        var wanted = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('='))
            .ToDictionary(label => label[0], label => int.Parse(label[1], System.Globalization.CultureInfo.InvariantCulture));
        var implied = wanted.Where(w => w.Value != 0).SelectMany(w => FindingVocabulary.AncestorsOf(w.Key)).ToHashSet();

        var labels = ReportReader.Read(text, region == "head" ? "CT head" : "CXR/CT chest").Labels;

        Assert.All(wanted, w => Assert.Equal(w, new KeyValuePair<string, int>(w.Key, labels.GetValueOrDefault(w.Key, int.MinValue))));
        Assert.Empty(labels.Where(l => l.Value != 0 && !wanted.ContainsKey(l.Key) && !implied.Contains(l.Key)).Select(l => l.Key));
    }
}
