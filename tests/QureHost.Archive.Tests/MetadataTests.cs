using System.Buffers;
using System.Text.Json;
using QureHost.Dicom;
using QureHost.Testing;

namespace QureHost.Archive.Tests;

public sealed class MetadataTests
{
    [Fact]
    public async Task Metadata_of_a_series_is_the_datasets_with_absolute_bulk_data_uris()
    {
        await using var given = await Given.ArchiveAsync();
        var large = Make.Ct("1.2.2", number: 2);
        large.Add(DicomTags.Rows, 256);
        large.Add(DicomTags.Columns, 256);
        large.AddBytes(DicomTags.PixelData, DicomVr.OW, new byte[256 * 256 * 2]);
        await given.IngestAsync(large, Make.Ct("1.2.1"));
        var output = new ArrayBufferWriter<byte>();

        var count = given.Archive.Index.WriteMetadata("default", Make.Study, Make.Series, null, "https://h/dicomweb", output);

        Assert.Equal(2, count);
        var rows = JsonDocument.Parse(output.WrittenMemory).RootElement;
        Assert.Equal(["1.2.1", "1.2.2"], rows.EnumerateArray().Select(r => r.GetProperty("00080018").GetProperty("Value")[0].GetString()));
        Assert.Equal(
            $"https://h/dicomweb/studies/{Make.Study}/series/{Make.Series}/instances/1.2.2/bulkdata/7FE00010",
            rows[1].GetProperty("7FE00010").GetProperty("BulkDataURI").GetString());
    }

    [Fact]
    public async Task Text_that_imitates_the_placeholder_stays_text()
    {
        await using var given = await Given.ArchiveAsync();
        var hostile = Make.Ct("1.2.1");
        hostile.Add(DicomTags.ImageComments, "\u0001/x \"BulkDataURI\":\"\u0001");
        await given.IngestAsync(hostile);
        var output = new ArrayBufferWriter<byte>();

        given.Archive.Index.WriteMetadata("default", Make.Study, null, null, "https://h", output);

        var row = JsonDocument.Parse(output.WrittenMemory).RootElement[0];
        Assert.Equal("\u0001/x \"BulkDataURI\":\"\u0001", row.GetProperty("00204000").GetProperty("Value")[0].GetString());
    }

    [Fact]
    public async Task Metadata_of_nothing_is_an_empty_array()
    {
        await using var given = await Given.ArchiveAsync();
        var output = new ArrayBufferWriter<byte>();

        Assert.Equal(0, given.Archive.Index.WriteMetadata("default", "9.9", null, null, "https://h", output));

        Assert.Equal("[]", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public async Task Stored_frame_ranges_are_those_that_the_parser_found()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        await using var given = await Given.ArchiveAsync();
        var compared = 0;
        foreach (var path in Directory.EnumerateFiles(SharedData.At("data", "dicom-corpus"), "*.dcm").Order(StringComparer.Ordinal))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            var outcome = Assert.Single(await given.IngestAsync("default", bytes));
            if (outcome.Status != IngestStatus.Stored || given.Archive.Index.FindInstance("default", outcome.SopInstanceUid!) is not { Frames: { } frames } row)
                continue;
            using var stream = given.Archive.Objects.OpenPart10(row);
            var stored = await DicomFile.ReadAsync(stream);
            Assert.Equal(stored.Pixels!.Frames.Select(Spell), frames.Select(Spell));
            compared += frames.Count;
        }

        Assert.InRange(compared, 1000, int.MaxValue);
    }

    [Fact]
    public async Task Every_file_of_the_corpus_gets_the_verdict_that_its_manifest_expects()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        await using var given = await Given.ArchiveAsync(ConflictPolicy.KeepNewest);
        var folder = SharedData.At("data", "dicom-corpus");
        var wrong = new List<string>();
        foreach (var (file, expected) in Manifest(Path.Combine(folder, "MANIFEST.csv")))
        {
            var outcome = Assert.Single(await given.IngestAsync("default", await File.ReadAllBytesAsync(Path.Combine(folder, file))));
            var stored = outcome.Status != IngestStatus.Refused;
            if (expected == "ok" ? !stored : expected == "reject" && stored)
                wrong.Add($"{file}: {outcome.Status} {outcome.Message}");
            if (stored)
            {
                var output = new ArrayBufferWriter<byte>();
                Assert.Equal(1, given.Archive.Index.WriteMetadata("default", outcome.StudyUid!, outcome.SeriesUid, outcome.SopInstanceUid, "http://h", output));
                using var parsed = JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 4096 });
            }
        }

        Assert.Empty(wrong);
    }

    private static string Spell(FrameRange range) => $"{string.Join(',', range.Pieces.Select(p => $"{p.Offset}+{p.Length}"))}/{range.BitOffset}";

    private static IEnumerable<(string File, string Expected)> Manifest(string path)
    {
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            // Quoted fields hold commas; the two that matter hold neither.
            var fields = System.Text.RegularExpressions.Regex.Replace(line, "\"[^\"]*\"", "").Split(',');
            yield return (fields[0], fields[7]);
        }
    }
}
