using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Imaging;
using QureHost.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;
using QureHost.Testing;

namespace QureHost.Pipeline.Tests;

public sealed class LiveStudyTests : IAsyncDisposable
{
    private readonly House _house = new();
    private readonly string _study = DicomUid.New();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_slice_of_the_archive_is_the_slice_of_the_file()
    {
        await _house.StartAsync();
        using var folder = new TemporaryFolder();
        var film = House.Film(_study, DicomUid.New(), DicomUid.New());
        await File.WriteAllBytesAsync(folder.At("film.dcm"), film);
        await _house.StoreAsync(film);
        var ofFile = (await FolderStudy.OpenAsync(folder.Path)).Series[0];
        using var study = Open(_study);

        var series = Assert.Single(study.Series);

        var sop = Assert.Single(series.SopUids);
        Assert.Equal((ofFile.Uid, ofFile.Modality, ofFile.SopUids[0]), (series.Uid, series.Modality, sop));
        foreach (var kind in Enum.GetValues<PixelKind>())
        {
            using var expected = await ofFile.SliceAsync(sop, 0, kind, CancellationToken.None);
            using var slice = await series.SliceAsync(sop, 0, kind, CancellationToken.None);
            Assert.Equal((expected.Rows, expected.Columns, expected.Slope, expected.Intercept), (slice.Rows, slice.Columns, slice.Slope, slice.Intercept));
            Assert.True(expected.Samples.Span.SequenceEqual(slice.Samples.Span));
        }

        Assert.Equal(ofFile.TagsOf(sop).Text(TagNumbers.PatientSex), study.Tags.Text(TagNumbers.PatientSex));
        await using var part10 = await series.Part10Async(sop, CancellationToken.None);
        Assert.Equal(film.Length, part10.Length);
    }

    [Fact]
    public async Task A_frame_or_an_instance_that_is_not_there_is_said_in_words()
    {
        await _house.StartAsync();
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New()));
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New(), change: d => d.Remove(DicomTags.PixelData)));
        using var study = Open(_study);
        var (film, empty) = (study.Series[0], study.Series[1]);

        Assert.Contains("there is no frame 7", (await FailureAsync(film, film.SopUids[0], 7)).Message);
        Assert.Contains("no pixels", (await FailureAsync(empty, empty.SopUids[0], 0)).Message);
        Assert.Contains("not in this series", (await FailureAsync(film, "1.2.3", 0)).Message);
    }

    [Fact]
    public async Task Priors_are_of_the_same_patient_issuer_and_site_newest_first()
    {
        await _house.StartAsync();
        await _house.Archive.Sites.PutAsync(new Site { Id = "elsewhere", Name = "Elsewhere" }, CancellationToken.None);
        string[] uids = [.. Enumerable.Range(0, 5).Select(_ => DicomUid.New())];
        await StoreAsync(uids[0], "20200101");
        await StoreAsync(uids[1], "20210101");
        await StoreAsync(uids[2], "20210601", issuer: "OTHER HOSPITAL");
        await StoreAsync(uids[3], "20210601", patient: "P2");
        await StoreAsync(uids[4], "20210601", site: "elsewhere");
        await StoreAsync(_study, "20220101");
        using var study = Open(_study);

        var priors = await study.PriorsAsync(CancellationToken.None).Select(p => p.Uid).ToListAsync();

        Assert.Equal([uids[1], uids[0]], priors);

        Task StoreAsync(string uid, string date, string issuer = "HOSPITAL", string patient = "P1", string site = House.Site)
        {
            var film = House.Film(uid, DicomUid.New(), DicomUid.New(), patientId: patient, change: d =>
            {
                d.Remove(DicomTags.StudyDate);
                d.Add(DicomTags.StudyDate, date).Add(DicomTags.IssuerOfPatientID, issuer);
            });
            return _house.StoreAsync(film, site: site);
        }
    }

    [Fact]
    public async Task Results_of_another_product_are_read_where_the_manifest_says_so()
    {
        await _house.WithHello().StartAsync();
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New()));
        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        using var study = Open(_study);

        var results = await study.ResultsOfAsync("hello", CancellationToken.None).ToListAsync();

        Assert.Equal(["bright.1", "bright.1.mean"], results.Select(r => r.Id));
        Assert.Equal("brightness", Assert.IsType<Measurement>(results[1]).Name);
        await Assert.ThrowsAsync<ContractException>(async () => await study.ResultsOfAsync("somebody-else", CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task A_settled_study_has_given_all_its_slices_although_the_feed_lags_behind()
    {
        await _house.StartAsync();
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New()));
        var feeds = new StudyFeeds();
        using var study = Open(_study, feeds);
        await using var watch = study.WatchAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        feeds.Pulse(House.Site, _study);
        Assert.Single(study.Series);

        // Stored and settled by a signal, before the feed has told of either.
        await _house.StoreAsync(House.Film(_study, DicomUid.New(), DicomUid.New()));
        await _house.Pipeline.SettleAsync(House.Site, _study, CancellationToken.None);

        Assert.True(await watch.MoveNextAsync());
        Assert.IsType<SliceStored>(watch.Current);
        Assert.True(await watch.MoveNextAsync());
        Assert.IsType<StudySettled>(watch.Current);
        Assert.False(await watch.MoveNextAsync());
    }

    private LiveStudy Open(string uid, StudyFeeds? feeds = null)
    {
        var manifest = new PluginManifest
        {
            Id = "reader",
            Name = "Reader",
            Version = "1.0.0",
            Sdk = ">=0.1",
            Entry = new PluginEntry("r.dll", "R"),
            Starts = StartsOn.Settled,
            Reads = ["hello"],
        };
        return new LiveStudy(_house.Archive, feeds ?? new StudyFeeds(), House.Site, uid, manifest, new RunClock(TimeProvider.System), priors: 10);
    }

    private static async Task<PixelsUnavailableException> FailureAsync(ISeries series, string sop, int frame) =>
        await Assert.ThrowsAsync<PixelsUnavailableException>(async () => await series.SliceAsync(sop, frame, PixelKind.Display, CancellationToken.None));
}
