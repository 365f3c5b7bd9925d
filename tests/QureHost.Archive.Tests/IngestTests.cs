using System.Text.Json;
using QureHost.Dicom;

namespace QureHost.Archive.Tests;

public sealed class IngestTests
{
    [Fact]
    public async Task Given_a_committed_instance_its_file_row_and_event_are_there_after_reopening()
    {
        await using var given = await Given.ArchiveAsync();
        var file = Make.Ct("1.2.3").Bytes();

        var outcome = Assert.Single(await given.IngestAsync("default", file));
        await given.ReopenAsync();

        Assert.Equal(IngestStatus.Stored, outcome.Status);
        var row = Assert.Single(given.Archive.Index.GetInstances("default", Make.Study));
        Assert.Equal("1.2.3", row.SopInstanceUid);
        Assert.Matches(@"^objects/default/2026/11/25/10/[0-9a-f]{32}\.dcm$", row.ObjectPath);
        using var stream = given.Archive.Objects.OpenPart10(row);
        var back = new byte[stream.Length];
        stream.ReadExactly(back);
        Assert.Equal(file, back);
        var e = Assert.Single(given.Archive.Events.Read(0, EventFilter.All, 10));
        Assert.Equal((1L, "study.received", Make.Study), (e.Seq, e.Type, e.StudyUid));
        Assert.Equal("""{"instances":1,"seriesUids":["1.2.826.0.1.1.1"],"total":1}""", e.Data);
    }

    [Fact]
    public async Task Given_the_same_dataset_again_it_is_a_duplicate_that_changes_nothing()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        var dataset = Make.Ct("1.2.3");
        var other = DicomFile.ToBytes(dataset, TransferSyntax.ExplicitLittleEndian, "SENDER");

        var outcome = Assert.Single(await given.IngestAsync("default", other));

        Assert.Equal(IngestStatus.Duplicate, outcome.Status);
        Assert.Equal("1.2.3", outcome.SopInstanceUid);
        Assert.Equal(1, given.Archive.Index.GetStudy("default", Make.Study)!.InstanceCount);
        Assert.Single(given.Files());
        Assert.Equal(1, given.Archive.Events.LastSeq);
    }

    [Fact]
    public async Task Given_the_same_instance_twice_in_one_group_the_second_is_a_duplicate()
    {
        await using var given = await Given.ArchiveAsync();

        var outcomes = await given.IngestAsync(Make.Ct("1.2.3"), Make.Ct("1.2.3"));

        Assert.Equal([IngestStatus.Stored, IngestStatus.Duplicate], outcomes.Select(o => o.Status));
        Assert.Single(given.Files());
    }

    [Fact]
    public async Task Given_another_dataset_under_a_known_uid_it_is_refused_and_the_first_stays()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        var other = Make.Ct("1.2.3");
        other.Add(DicomTags.ImageComments, "another");

        var outcome = Assert.Single(await given.IngestAsync(other));

        Assert.Equal((IngestStatus.Refused, (ushort)0x0111), (outcome.Status, outcome.FailureReason));
        Assert.Single(given.Files());
        Assert.DoesNotContain("another", Text(given.Archive.Index.FindInstance("default", "1.2.3")!.MetadataJson));
    }

    [Fact]
    public async Task Given_keep_newest_another_dataset_takes_the_place_of_the_first()
    {
        await using var given = await Given.ArchiveAsync(ConflictPolicy.KeepNewest);
        await given.IngestAsync(Make.Ct("1.2.3"), Make.Ct("1.2.4"));
        var other = Make.Ct("1.2.3");
        other.Add(DicomTags.ImageComments, "another");

        var outcome = Assert.Single(await given.IngestAsync(other));

        Assert.Equal(IngestStatus.Stored, outcome.Status);
        Assert.Equal(2, given.Files().Length);
        Assert.Contains("another", Text(given.Archive.Index.FindInstance("default", "1.2.3")!.MetadataJson));
        var study = given.Archive.Index.GetStudy("default", Make.Study)!;
        Assert.Equal((1, 2), (study.SeriesCount, study.InstanceCount));
    }

    [Fact]
    public async Task Given_keep_newest_and_a_move_to_another_study_the_old_study_goes_with_its_last_instance()
    {
        await using var given = await Given.ArchiveAsync(ConflictPolicy.KeepNewest);
        await given.IngestAsync(Make.Ct("1.2.3"));

        await given.IngestAsync(Make.Ct("1.2.3", study: "9.1", series: "9.1.1"));

        Assert.Null(given.Archive.Index.GetStudy("default", Make.Study));
        Assert.Equal(1, given.Archive.Index.GetStudy("default", "9.1")!.InstanceCount);
        Assert.Single(given.Files());
    }

    [Fact]
    public async Task Given_two_sites_the_same_instance_is_stored_once_in_each()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Sites.PutAsync(new Site { Id = "north", Name = "North" }, default);
        await given.IngestAsync(Make.Ct("1.2.3"));

        var outcome = Assert.Single(await given.IngestAsync("north", Make.Ct("1.2.3").Bytes()));

        Assert.Equal(IngestStatus.Stored, outcome.Status);
        Assert.StartsWith("objects/north/", given.Archive.Index.FindInstance("north", "1.2.3")!.ObjectPath);
        Assert.Equal(2, given.Files().Length);
    }

    [Fact]
    public async Task Given_an_unknown_site_no_group_begins()
    {
        await using var given = await Given.ArchiveAsync();

        var e = Assert.Throws<ArchiveException>(() => given.Archive.Ingest.Begin("nowhere", "test"));

        Assert.Equal(ArchiveError.NotFound, e.Error);
    }

    [Fact]
    public async Task Given_another_patient_in_a_study_it_is_stored_and_flagged()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));

        var outcome = Assert.Single(await given.IngestAsync(Make.Ct("1.2.4", name: "Roe^Richard", id: "P2")));

        Assert.Equal(IngestStatus.Stored, outcome.Status);
        var study = given.Archive.Index.GetStudy("default", Make.Study)!;
        Assert.Equal(["patient-mismatch"], study.Flags);
        Assert.Equal(("Doe^Jane", 2), (study.PatientName, study.InstanceCount));
    }

    [Fact]
    public async Task Given_the_same_patient_in_another_spelling_the_study_is_not_flagged()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3", name: "Doe^Jane"));

        await given.IngestAsync(Make.Ct("1.2.4", name: "DOE^JANE^^"));

        Assert.Empty(given.Archive.Index.GetStudy("default", Make.Study)!.Flags);
    }

    [Fact]
    public async Task Given_a_group_that_is_not_committed_nothing_is_kept()
    {
        await using var given = await Given.ArchiveAsync();
        await using (var group = given.Archive.Ingest.Begin("default", "test"))
        {
            await group.AddAsync(Make.Ct("1.2.3").Bytes(), default);
            Assert.Equal(1, group.Count);
        }

        Assert.Empty(given.Files());
        Assert.Null(given.Archive.Index.GetStudy("default", Make.Study));
        Assert.Equal(0, given.Archive.Events.LastSeq);
    }

    [Fact]
    public async Task Given_a_part_larger_than_memory_allows_it_goes_to_its_file_and_reads_back_equal()
    {
        await using var given = await Given.ArchiveAsync(inMemoryBytes: 128 << 10);
        var dataset = Make.Ct("1.2.3");
        dataset.Add(DicomTags.Rows, 512);
        dataset.Add(DicomTags.Columns, 700);
        var pixels = new byte[512 * 700 * 2];
        new Random(7).NextBytes(pixels);
        dataset.AddBytes(DicomTags.PixelData, DicomVr.OW, pixels);
        var file = dataset.Bytes();
        await using var group = given.Archive.Ingest.Begin("default", "test");

        await group.AddAsync(new MemoryStream(file), default);
        var outcome = Assert.Single(await group.CommitAsync(default));

        Assert.Equal(IngestStatus.Stored, outcome.Status);
        var row = given.Archive.Index.FindInstance("default", "1.2.3")!;
        using var stream = given.Archive.Objects.OpenPart10(row);
        var back = new byte[stream.Length];
        stream.ReadExactly(back);
        Assert.Equal(file, back);
        var piece = Assert.Single(row.Frames![0].Pieces);
        Assert.Equal(pixels, back[(int)piece.Offset..(int)(piece.Offset + piece.Length)]);
        // The same dataset by the other way in is the same dataset.
        await given.ReopenAsync();
        Assert.Equal(IngestStatus.Duplicate, Assert.Single(await given.IngestAsync("default", file)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>not DICOM</html>")]
    public async Task Given_bytes_that_are_not_DICOM_the_part_is_refused_and_keeps_nothing(string text)
    {
        await using var given = await Given.ArchiveAsync();

        var outcomes = await given.IngestAsync("default", System.Text.Encoding.UTF8.GetBytes(text), Make.Ct("1.2.3").Bytes());

        Assert.Equal([IngestStatus.Refused, IngestStatus.Stored], outcomes.Select(o => o.Status));
        Assert.Equal(0xC000, outcomes[0].FailureReason);
        Assert.Single(given.Files());
    }

    [Fact]
    public async Task Given_a_file_cut_anywhere_ingest_refuses_or_stores_it_whole_and_never_throws()
    {
        await using var given = await Given.ArchiveAsync();
        var file = Make.Ct("1.2.3").Bytes();
        await using var group = given.Archive.Ingest.Begin("default", "test");
        for (var length = 0; length < file.Length; length++)
            await group.AddAsync(file.AsMemory(0, length), default);

        var outcomes = await group.CommitAsync(default);

        Assert.Equal(file.Length, outcomes.Count);
        Assert.Equal(outcomes.Count(o => o.Status == IngestStatus.Stored), given.Files().Length);
    }

    [Fact]
    public async Task Given_a_study_in_the_path_an_instance_of_another_is_refused()
    {
        await using var given = await Given.ArchiveAsync();
        await using var group = given.Archive.Ingest.Begin("default", "stow", studyUid: Make.Study);
        await group.AddAsync(Make.Ct("1.2.3").Bytes(), default);
        await group.AddAsync(Make.Ct("1.2.4", study: "9.9").Bytes(), default);

        var outcomes = await group.CommitAsync(default);

        Assert.Equal([IngestStatus.Stored, IngestStatus.Refused], outcomes.Select(o => o.Status));
        Assert.Equal(0xA900, outcomes[1].FailureReason);
        Assert.Single(given.Files());
    }

    [Fact]
    public async Task Given_a_dataset_without_file_meta_what_is_stored_is_a_part_10_file()
    {
        await using var given = await Given.ArchiveAsync();
        var file = Make.Ct("1.2.3").Bytes(TransferSyntax.ImplicitLittleEndian);
        var bare = file[(int)DicomFile.Parse(file).DatasetOffset..];

        var outcome = Assert.Single(await given.IngestAsync("default", bare));

        Assert.Equal(IngestStatus.Stored, outcome.Status);
        var row = given.Archive.Index.FindInstance("default", "1.2.3")!;
        using var stream = given.Archive.Objects.OpenPart10(row);
        var stored = new byte[stream.Length];
        stream.ReadExactly(stored);
        Assert.Equal("DICM"u8.ToArray(), stored[128..132]);
        Assert.Equal(TransferSyntax.ImplicitLittleEndian.Uid, DicomFile.Parse(stored).Meta.GetString(DicomTags.TransferSyntaxUID));
        var piece = Assert.Single(row.Frames![0].Pieces);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (byte)i), stored[(int)piece.Offset..(int)(piece.Offset + piece.Length)]);
        // With its meta it is the same dataset.
        Assert.Equal(IngestStatus.Duplicate, Assert.Single(await given.IngestAsync("default", file)).Status);
    }

    [Fact]
    public async Task Given_instances_of_a_run_the_event_says_so_and_the_study_stays_settled()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        Assert.True(await given.Archive.Index.SettleAsync("default", Make.Study, "quiet", null, default));
        await using var group = given.Archive.Ingest.Begin("default", "run", runId: "r1");
        await group.AddAsync(Make.Ct("1.2.4", series: "1.2.9").Bytes(), default);

        await group.CommitAsync(default);

        Assert.True(given.Archive.Index.GetStudy("default", Make.Study)!.Settled);
        Assert.Equal("r1", given.Archive.Events.Read(0, EventFilter.All, 10)[^1].RunId);
        Assert.Equal("r1", given.Archive.Index.GetSeries("default", Make.Study).Single(s => s.SeriesUid == "1.2.9").RunId);
        Assert.Equal("r1", given.Archive.Index.FindInstance("default", "1.2.4")!.RunId);
    }

    [Fact]
    public async Task Given_many_groups_at_once_every_instance_is_counted_once()
    {
        await using var given = await Given.ArchiveAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(g => Task.Run(() =>
            given.IngestAsync([.. Enumerable.Range(0, 10).Select(i => Make.Ct($"1.2.{g}.{i}", series: $"5.{g % 2}"))]))));

        var study = given.Archive.Index.GetStudy("default", Make.Study)!;
        Assert.Equal((2, 80), (study.SeriesCount, study.InstanceCount));
        Assert.Equal(80, given.Archive.Index.GetInstances("default", Make.Study).Count);
        Assert.Equal(80, given.Files().Length);
        var totals = given.Archive.Events.Read(0, EventFilter.All, 100).Select(e => JsonDocument.Parse(e.Data).RootElement.GetProperty("total").GetInt32()).ToArray();
        Assert.Equal(totals.Order(), totals);
        Assert.Equal(80, totals[^1]);
    }

    private static string Text(ReadOnlyMemory<byte> json) => System.Text.Encoding.UTF8.GetString(json.Span);
}
