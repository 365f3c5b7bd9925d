using System.Text.Json;
using QureHost.Testing;

namespace QureHost.Dicom.Tests;

/// <summary>What the writer makes, read by other makers' readers.</summary>
public sealed class RewriteTests
{
    private static readonly TransferSyntax[] Native =
        [TransferSyntax.ExplicitLittleEndian, TransferSyntax.ImplicitLittleEndian, TransferSyntax.ExplicitBigEndian, TransferSyntax.DeflatedExplicitLittleEndian];

    [Fact]
    public void Given_the_corpus_written_anew_in_another_syntax_pydicom_reads_the_same_values()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        Tool.Require(Tool.Python, "pydicom", "numpy");
        using var folder = new TemporaryFolder();
        var originals = new Dictionary<string, DicomDataset>();
        foreach (var row in Corpus.Rows().Where(r => r.Expected == "ok"))
        {
            var file = DicomFile.Parse(File.ReadAllBytes(row.Path), DicomReadOptions.KeepAll);
            var syntax = file.TransferSyntax.IsEncapsulated ? file.TransferSyntax : Native[originals.Count % Native.Length];
            if (file.Dataset[DicomTags.PixelData] is DicomValue == syntax.IsEncapsulated && file.Dataset.Contains(DicomTags.PixelData))
            {
                continue; // pixels that contradict their own syntax cannot be written
            }

            File.WriteAllBytes(folder.At(row.File), DicomFile.ToBytes(file.Dataset, syntax));
            file.Dataset.Remove(DicomTags.PixelData);
            originals.Add(row.File, file.Dataset);
        }

        var output = folder.At("oracle.jsonl");
        var script = Path.Combine(SharedData.RepositoryRoot, "tests", "QureHost.Dicom.Tests", "Oracles", "corpus_json.py");
        var (code, text) = Tool.Run(Tool.Python, [script, output, .. originals.Keys.Select(f => folder.At(f))]);
        Assert.True(code == 0, text);
        var problems = new List<string>();
        var compared = 0;
        foreach (var line in File.ReadLines(output))
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 2000 });
            var name = json.RootElement.GetProperty("file").GetString()!;
            if (!json.RootElement.TryGetProperty("dataset", out var theirs))
            {
                problems.Add($"{name}: {json.RootElement.GetProperty("error")}");
                continue;
            }

            using var ours = JsonDocument.Parse(DicomJson.ToBytes(originals[name]), new JsonDocumentOptions { MaxDepth = 2000 });
            compared += JsonComparison.Compare(ours.RootElement, theirs, name, problems);
        }

        Assert.True(problems.Count == 0, $"{problems.Count} differ:\n" + string.Join('\n', problems.Take(40)));
        Assert.True(compared > 10000, $"only {compared} values were compared");
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.2")]
    [InlineData("1.2.840.10008.1.2.1.99")]
    [InlineData("1.2.840.10008.1.2.5")]
    public void Dcmdump_reads_what_is_written_without_a_word(string uid)
    {
        Tool.Require("dcmdump");
        using var folder = new TemporaryFolder();
        var syntax = TransferSyntax.ForUid(uid);
        var dataset = Samples.Image();
        if (syntax.IsEncapsulated)
        {
            dataset.Set(new DicomFragments(DicomTags.PixelData, DicomVr.OB, [new byte[70], new byte[3]]));
        }

        File.WriteAllBytes(folder.At("a.dcm"), DicomFile.ToBytes(dataset, syntax, "QUREHOST"));

        var (code, text) = Tool.Run("dcmdump", folder.At("a.dcm"));

        Assert.Equal(0, code);
        Assert.Contains("Müller^Jürgen", text);
        Assert.Contains("Löcalizer", text);
        Assert.DoesNotContain("W:", text);
        Assert.DoesNotContain("E:", text);
    }
}
