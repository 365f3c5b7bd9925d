using QureHost.Dicom;

namespace QureHost.Archive.Tests;

public sealed class StudyTests
{
    [Fact]
    public async Task A_settled_study_opens_again_with_a_further_instance()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        Assert.Equal(Make.Study, Assert.Single(given.Archive.Index.GetUnsettled()).StudyUid);
        Assert.True(await given.Archive.Index.SettleAsync("default", Make.Study, "quiet", null, default));
        Assert.False(await given.Archive.Index.SettleAsync("default", Make.Study, "quiet", null, default));
        Assert.Empty(given.Archive.Index.GetUnsettled());

        await given.IngestAsync(Make.Ct("1.2.4"));

        Assert.False(given.Archive.Index.GetStudy("default", Make.Study)!.Settled);
        Assert.Equal("""{"instances":1,"reason":"quiet"}""", given.Archive.Events.Read(0, EventFilter.All, 10)[1].Data);
    }

    [Fact]
    public async Task A_study_that_grew_meanwhile_is_not_settled()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        var seen = given.Archive.Index.GetStudy("default", Make.Study)!.LastOutsideAt;
        given.Clock.Advance(TimeSpan.FromSeconds(1));
        await given.IngestAsync(Make.Ct("1.2.4"));

        Assert.False(await given.Archive.Index.SettleAsync("default", Make.Study, "quiet", seen, default));
        Assert.True(await given.Archive.Index.SettleAsync("default", Make.Study, "quiet", given.Archive.Index.GetStudy("default", Make.Study)!.LastOutsideAt, default));
    }

    [Fact]
    public async Task Priors_are_of_the_same_site_issuer_and_patient_id()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Sites.PutAsync(new Site { Id = "north", Name = "North" }, default);
        DicomDataset Of(string sop, string study, string date, string? issuer = null)
        {
            var d = Make.Ct(sop, study: study, series: study + ".1");
            d.Add(DicomTags.StudyDate, date);
            if (issuer is not null)
                d.Add(DicomTags.IssuerOfPatientID, issuer);
            return d;
        }

        await given.IngestAsync(Of("1", "10", "20260301"), Of("2", "20", "20250101"), Of("3", "30", "20240101"), Of("4", "40", "20230101", "OTHER"), Of("5", "50", "20270101"));
        await given.IngestAsync("north", Of("6", "60", "20220101").Bytes());

        Assert.Equal(["20", "30"], given.Archive.Index.GetPriors("default", "10", 10).Select(s => s.StudyUid));
        Assert.Equal(["20"], given.Archive.Index.GetPriors("default", "10", 1).Select(s => s.StudyUid));
    }

    [Fact]
    public async Task Deleting_an_instance_a_series_and_the_study_takes_files_and_counts_along()
    {
        await using var given = await Given.ArchiveAsync();
        var sr = Make.Ct("1.4", series: "1.9");
        sr.Add(DicomTags.Modality, "SR");
        await given.IngestAsync(Make.Ct("1.1"), Make.Ct("1.2"), Make.Ct("1.3"), sr);

        Assert.Equal(1, await given.Archive.Index.DeleteAsync("default", Make.Study, Make.Series, "1.1", default));
        var study = given.Archive.Index.GetStudy("default", Make.Study)!;
        Assert.Equal((2, 3), (study.SeriesCount, study.InstanceCount));
        Assert.Equal(1, await given.Archive.Index.DeleteAsync("default", Make.Study, "1.9", null, default));
        study = given.Archive.Index.GetStudy("default", Make.Study)!;
        Assert.Equal((1, 2), (study.SeriesCount, study.InstanceCount));
        Assert.Equal(["CT"], study.Modalities);
        Assert.Equal(2, given.Files().Length);
        Assert.Equal(2, await given.Archive.Index.DeleteAsync("default", Make.Study, null, null, default));

        Assert.Null(given.Archive.Index.GetStudy("default", Make.Study));
        Assert.Empty(given.Files());
        Assert.Equal(0, await given.Archive.Index.DeleteAsync("default", Make.Study, null, null, default));
        Assert.Equal("study.deleted", given.Archive.Events.Read(0, EventFilter.All, 10)[^1].Type);
        Assert.Empty(given.Archive.Index.GetWorklist(new WorklistQuery { Sites = ["default"], Search = "doe" }).Rows);
        // What was deleted may come again.
        Assert.Equal(IngestStatus.Stored, Assert.Single(await given.IngestAsync(Make.Ct("1.1"))).Status);
    }

    [Fact]
    public async Task A_deleted_study_takes_its_reports_results_and_open_runs_along()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.1"));
        var (job, _) = await given.Archive.Jobs.EnqueueAsync(JobTests.Draft(given, study: Make.Study), default);
        var run = (await given.Archive.Jobs.ClaimAsync("w", TimeSpan.FromMinutes(1), null, default))!;
        await given.Archive.Results.PublishAsync(run, "r", "{}", default);
        await given.Archive.Reports.AddAsync("default", Make.Study, "text", null, "api", default);

        await given.Archive.Index.DeleteAsync("default", Make.Study, null, null, default);

        Assert.Equal((JobState.Cancelled, "The study was deleted."), (given.Archive.Jobs.Get(job.RunId)!.State, given.Archive.Jobs.Get(job.RunId)!.Reason));
        Assert.Empty(given.Archive.Results.OfStudies("default", [Make.Study]));
        Assert.Empty(given.Archive.Reports.OfStudy("default", Make.Study));
        Assert.False(await given.Archive.Jobs.RenewAsync(job.RunId, "w", TimeSpan.FromMinutes(1), default));
    }

    [Fact]
    public async Task An_instance_that_was_deleted_while_it_was_being_looked_at_gives_a_clear_error()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.1"));
        var row = given.Archive.Index.FindInstance("default", "1.1")!;
        using var open = given.Archive.Objects.OpenPart10(row);

        await given.Archive.Index.DeleteAsync("default", Make.Study, null, null, default);

        Assert.Equal('D', (char)ReadAt(open, 128));
        Assert.Equal(ArchiveError.NotFound, Assert.Throws<ArchiveException>(() => given.Archive.Objects.OpenPart10(row)).Error);
    }

    [Fact]
    public async Task What_the_first_instance_left_open_is_filled_from_the_next()
    {
        await using var given = await Given.ArchiveAsync();
        var bare = Make.Ct("1.1");
        bare.Remove(DicomTags.PatientID);
        bare.Remove(DicomTags.AccessionNumber);
        await given.IngestAsync(bare);

        await given.IngestAsync(Make.Ct("1.2"));

        var study = given.Archive.Index.GetStudy("default", Make.Study)!;
        Assert.Equal(("P1", "A100"), (study.PatientId, study.AccessionNumber));
        Assert.Empty(study.Flags);
        Assert.Single(given.Archive.Index.GetWorklist(new WorklistQuery { Sites = ["default"], Search = "a100" }).Rows);
    }

    [Fact]
    public async Task A_blob_is_kept_for_its_site_until_it_is_deleted()
    {
        await using var given = await Given.ArchiveAsync();
        var id = await given.Archive.Objects.PutBlobAsync("default", new byte[] { 5, 6, 7 }, default);
        await given.ReopenAsync();

        var blob = given.Archive.Objects.OpenBlob(id)!.Value;
        var bytes = new byte[3];
        blob.Content.ReadExactly(bytes);
        blob.Content.Dispose();
        Assert.Equal(("default", 3L), (blob.Site, blob.Length));
        Assert.Equal([5, 6, 7], bytes);
        await given.Archive.Objects.DeleteBlobAsync(id, default);
        Assert.Null(given.Archive.Objects.OpenBlob(id));
        Assert.Empty(given.Files());
    }

    private static int ReadAt(Stream stream, long position)
    {
        stream.Position = position;
        return stream.ReadByte();
    }
}
