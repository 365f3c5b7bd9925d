using QureHost.Testing;

namespace QureHost.Dicom.Tests;

/// <summary>Real files of the field: each gets the verdict that the corpus's manifest expects of a store.</summary>
public sealed class CorpusTests
{
    [Fact]
    public void Every_file_of_the_corpus_is_stored_or_refused_as_its_manifest_expects()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        var wrong = new List<string>();
        var counts = new Dictionary<string, int>();
        foreach (var row in Corpus.Rows())
        {
            var verdict = Verdict(File.ReadAllBytes(row.Path), out var reason);
            counts[$"{row.Expected}-{verdict}"] = counts.GetValueOrDefault($"{row.Expected}-{verdict}") + 1;
            if (row.Expected != "either" && row.Expected != verdict)
            {
                wrong.Add($"{row.File}: {verdict}, expected {row.Expected} ({row.Peculiarity}) {reason}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(counts["ok-ok"] > 200, "the corpus was read");
    }

    private static string Verdict(byte[] bytes, out string reason)
    {
        try
        {
            var file = DicomFile.Parse(bytes);
            return DicomIdentity.TryRead(file.Dataset, out _, out reason) ? "ok" : "reject";
        }
        catch (DicomFormatException e)
        {
            reason = e.Message;
            return "reject";
        }
    }
}
