using System.Text.Json;
using QureHost.Dicom;
using QureHost.Dicom.Tests;
using QureHost.Sdk.Studies;
using QureHost.Testing;

namespace QureHost.Imaging.Tests;

/// <summary>Grey images of the corpus, after modality LUT and window, against pydicom.</summary>
public sealed class PydicomPixelTests
{
    /// <summary>Signed pixels of 12 bits that hold values up to 4095: pydicom takes all 16 bits, the standard (PS3.5 §8.1.1) those stored.</summary>
    private const string Contradictory = "pydicom-data__data_store_data_mlut_18.dcm";

    [Fact]
    public async Task Given_the_corpus_measured_and_display_values_are_those_of_pydicom()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        Tool.Require(Tool.Python, "pydicom", "numpy");
        using var folder = new TemporaryFolder();
        var output = folder.At("oracle.jsonl");
        var script = Path.Combine(SharedData.RepositoryRoot, "tests", "QureHost.Imaging.Tests", "Oracles", "pixels.py");
        var (code, text) = Tool.Run(Tool.Python, [script, output, .. Corpus.Rows().Select(r => r.Path)]);
        Assert.True(code == 0, text);

        var problems = new List<string>();
        var (measured, shown) = (0, 0);
        foreach (var line in File.ReadLines(output))
        {
            using var json = JsonDocument.Parse(line);
            var name = json.RootElement.GetProperty("file").GetString()!;
            if (name == Contradictory || await FolderInstanceOf(name) is not { } instance)
            {
                continue;
            }

            var places = json.RootElement.GetProperty("places").EnumerateArray().Select(p => p.GetInt32()).ToArray();
            measured += Compare(instance, PixelKind.Measured, places, json.RootElement.GetProperty("measured"), name, problems);
            if (json.RootElement.TryGetProperty("shown", out var theirs))
            {
                shown += Compare(instance, PixelKind.Display, places, theirs, name, problems);
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.True(measured > 40 && shown > 15, $"{measured} images measured, {shown} shown");
    }

    private static int Compare((DicomFile File, FrameData Data) image, PixelKind kind, int[] places, JsonElement theirs, string name, List<string> problems)
    {
        using var slice = FrameReader.Read(image.File.Dataset, image.Data, kind);
        var samples = slice.Samples.Span;
        var (worst, at) = (0.0, 0);
        for (var i = 0; i < places.Length; i++)
        {
            var difference = Math.Abs((samples[places[i]] * slice.Slope) + slice.Intercept - theirs[i].GetDouble());
            if (difference > worst)
            {
                (worst, at) = (difference, i);
            }
        }

        // Cosine transforms round differently by one step; wide values are kept to a part in 65,535.
        var lossy = image.Data.Syntax.IsLossy ? Math.Max(1, image.File.Dataset.GetDouble(DicomTags.RescaleSlope) ?? 1) : 0;
        var allowed = kind == PixelKind.Display ? (lossy > 0 ? .02 + (lossy / (image.File.Dataset.GetDouble(DicomTags.WindowWidth) ?? 1)) : 1e-4) : Math.Max(lossy, slice.Slope * .501) * (slice is { Slope: 1, Intercept: 0 } && lossy == 0 ? 0 : 1);
        if (worst > allowed + 1e-9)
        {
            problems.Add($"{name} {kind}: pixel {places[at]} is {(samples[places[at]] * slice.Slope) + slice.Intercept}, pydicom {theirs[at].GetDouble()}");
        }

        return 1;
    }

    private static async Task<(DicomFile File, FrameData Data)?> FolderInstanceOf(string name)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Corpus.Folder, name));
        try
        {
            var file = DicomFile.Parse(bytes);
            if (file.Pixels is not { Frames.Count: > 0 } pixels || !QureHost.Dicom.Codecs.FrameDecoder.CanDecode(file.TransferSyntax))
            {
                return null;
            }

            var source = file.Inflated ?? bytes;
            var range = pixels.Frames[0];
            byte[] frame = [.. range.Pieces.SelectMany(p => source.Slice((int)p.Offset, (int)p.Length).ToArray())];
            return (file, new FrameData(frame, file.TransferSyntax, 0, pixels.Tag, pixels.Vr, range.BitOffset));
        }
        catch (DicomFormatException)
        {
            return null;
        }
    }
}
