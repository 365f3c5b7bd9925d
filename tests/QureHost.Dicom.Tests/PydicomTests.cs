using System.Text.Json;
using QureHost.Testing;

namespace QureHost.Dicom.Tests;

/// <summary>pydicom reads the corpus into DICOM JSON; ours has to say the same of every element.</summary>
public sealed class PydicomTests
{
    [Fact]
    public void Given_the_corpus_every_value_is_what_pydicom_reads()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        Tool.Require(Tool.Python, "pydicom", "numpy");
        using var folder = new TemporaryFolder();
        var output = folder.At("oracle.jsonl");
        var script = Path.Combine(SharedData.RepositoryRoot, "tests", "QureHost.Dicom.Tests", "Oracles", "corpus_json.py");
        var (code, text) = Tool.Run(Tool.Python, [script, output, .. Corpus.Rows().Select(r => r.Path)]);
        Assert.True(code == 0, text);

        var problems = new List<string>();
        var compared = 0;
        var verdicts = Corpus.Rows().ToDictionary(r => r.File, r => r.Expected);
        foreach (var line in File.ReadLines(output))
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 2000 });
            var name = json.RootElement.GetProperty("file").GetString()!;
            if (!json.RootElement.TryGetProperty("dataset", out var theirs))
            {
                continue;
            }

            DicomFile file;
            try
            {
                file = DicomFile.Parse(File.ReadAllBytes(Path.Combine(Corpus.Folder, name)));
            }
            catch (DicomFormatException e)
            {
                // pydicom warns of data that are cut off and goes on; a store must not.
                if (verdicts[name] == "ok")
                {
                    problems.Add($"{name}: refused, pydicom reads it: {e.Message}");
                }

                continue;
            }

            file.Dataset.Remove(DicomTags.PixelData);
            using var ours = JsonDocument.Parse(DicomJson.ToBytes(file.Dataset), new JsonDocumentOptions { MaxDepth = 2000 });
            compared += JsonComparison.Compare(ours.RootElement, theirs, name, problems);
        }

        Assert.True(problems.Count == 0, $"{problems.Count} differ:\n" + string.Join('\n', problems.Take(60)));
        Assert.True(compared > 10000, $"only {compared} values were compared");
    }
}
