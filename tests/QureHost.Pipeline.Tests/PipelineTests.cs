using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Sdk.Results;
using QureHost.Testing;

namespace QureHost.Pipeline.Tests;

public sealed class PipelineTests : IAsyncDisposable
{
    private readonly House _house = new();
    private readonly string _study = DicomUid.New();
    private readonly string _series = DicomUid.New();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_stored_film_runs_its_product_at_once_and_the_run_ends_when_the_study_is_quiet()
    {
        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromSeconds(4) };
        await _house.WithHello().StartAsync();

        await _house.StoreAsync(Film());

        var published = await _house.WaitForAsync(_study, EventTypes.ResultPublished);
        var settled = await _house.WaitForAsync(_study, EventTypes.StudySettled);
        var finished = await _house.WaitForAsync(_study, EventTypes.RunFinished);
        Assert.True(published.Seq < settled.Seq, "the finding came before quiet time was over");
        Assert.Equal("bright.1", House.Data(published).GetProperty("result").GetProperty("id").GetString());
        Assert.Equal("quiet", House.Data(settled).GetProperty("reason").GetString());
        Assert.Equal("ok", House.Data(finished).GetProperty("status").GetString());
        Assert.Equal("brightness", House.Data(finished).GetProperty("models")[0].GetProperty("name").GetString());
        Assert.Equal(
            [EventTypes.StudyReceived, EventTypes.RunQueued, EventTypes.RunStarted, EventTypes.RunProgress, EventTypes.ResultPublished, EventTypes.ResultPublished, EventTypes.StudySettled, EventTypes.RunFinished],
            _house.Events(_study).Select(e => e.Type));
        Assert.All(_house.Events(_study).Where(e => e.RunId is not null), e => Assert.Equal((finished.RunId, "hello"), (e.RunId, e.Product)));
        var run = Assert.Single(_house.Publisher.Runs);
        Assert.Equal((2, GateStatus.Ok), (run.Results.Count, run.Status));
        Assert.Equal(JobState.Finished, _house.Archive.Jobs.Get(finished.RunId!)!.State);
    }

    [Fact]
    public async Task A_run_is_queued_with_when_it_should_be_done_once_its_product_is_known()
    {
        await _house.WithHello(m => m["deadlineSeconds"] = .001).StartAsync();
        await _house.StoreAsync(Film());
        var first = await _house.WaitForAsync(_study, EventTypes.RunQueued);
        var ended = await _house.WaitForAsync(_study, EventTypes.RunFinished);
        var another = DicomUid.New();

        await _house.StoreAsync(House.Film(another, DicomUid.New(), DicomUid.New()));

        var queued = House.Data(await _house.WaitForAsync(another, EventTypes.RunQueued));
        Assert.False(House.Data(first).TryGetProperty("expectedAt", out _));
        var job = _house.Archive.Jobs.Get(ended.RunId!)!;
        var took = job.FinishedAt!.Value - job.StartedAt!.Value;
        Assert.InRange(queued.GetProperty("expectedAt").GetDateTimeOffset() - queued.GetProperty("dueAt").GetDateTimeOffset(), took / 2, took + TimeSpan.FromSeconds(5));
        Assert.True(queued.GetProperty("late").GetBoolean());
    }

    [Fact]
    public async Task Films_of_many_studies_are_read_while_the_runs_before_them_wait_for_quiet()
    {
        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromMinutes(5), Parallel = 1, Reserve = 0 };
        await _house.WithHello().StartAsync();
        var studies = Enumerable.Range(0, 6).Select(_ => DicomUid.New()).ToArray();

        foreach (var study in studies)
        {
            await _house.StoreAsync(House.Film(study, DicomUid.New(), DicomUid.New()));
        }

        foreach (var study in studies)
        {
            await _house.WaitForAsync(study, EventTypes.ResultPublished);
            Assert.Empty(_house.Events(study, EventTypes.RunFinished));
        }
    }

    [Fact]
    public async Task Slices_stream_to_the_run_as_they_arrive_and_one_run_sees_them_all()
    {
        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromSeconds(8) };
        await _house.WithHello().StartAsync();

        for (var i = 1; i <= 3; i++)
        {
            await _house.StoreAsync(Film());
            await _house.WaitForAsync(_study, EventTypes.ResultPublished, 2 * i);
        }

        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        Assert.Single(_house.Events(_study, EventTypes.RunQueued));
        Assert.Equal(6, _house.Archive.Results.OfStudies(House.Site, [_study]).Count);
    }

    [Fact]
    public async Task A_slice_that_comes_after_the_run_ended_runs_the_product_again()
    {
        await _house.WithHello().StartAsync();
        await _house.StoreAsync(Film());
        await _house.WaitForAsync(_study, EventTypes.RunFinished);

        await _house.StoreAsync(Film());

        await _house.WaitForAsync(_study, EventTypes.RunFinished, 2);
        Assert.Equal(2, _house.Events(_study, EventTypes.StudySettled).Count);
    }

    [Fact]
    public async Task What_a_run_of_ours_wrote_and_what_the_manifest_does_not_want_triggers_nothing()
    {
        await _house.WithHello().StartAsync();

        await _house.StoreAsync(OurFilm(), runId: "run-of-ours");
        await _house.StoreAsync(Film(modality: "CT"));
        await _house.WaitForAsync(_study, EventTypes.StudySettled);
        await Task.Delay(300);

        Assert.Empty(_house.Events(_study, EventTypes.RunQueued));
    }

    [Fact]
    public async Task A_run_does_not_see_what_runs_of_ours_wrote()
    {
        await _house.With("Watches", m => m["starts"] = "Settled").StartAsync();
        await _house.StoreAsync(OurFilm(), runId: "run-of-ours");
        await _house.StoreAsync(Film());
        await _house.StoreAsync(Film());

        await _house.WaitForAsync(_study, EventTypes.RunFinished);

        Assert.Equal(2, Assert.IsType<Measurement>(Assert.Single(_house.Publisher.Runs[0].Results)).Value);
    }

    [Fact]
    public async Task A_signal_settles_a_study_without_waiting_for_quiet_time()
    {
        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromMinutes(5) };
        await _house.With("Watches", m => m["starts"] = "Settled").StartAsync();
        await _house.StoreAsync(Film());

        Assert.True(await _house.Pipeline.SettleAsync(House.Site, _study, CancellationToken.None));

        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        Assert.Equal("signal", House.Data(Assert.Single(_house.Events(_study, EventTypes.StudySettled))).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_series_starts_its_product_when_it_is_quiet_before_the_study_is()
    {
        await _house.With("Watches", m => m["starts"] = "Series").StartAsync();

        await _house.StoreAsync(Film());

        var started = await _house.WaitForAsync(_study, EventTypes.RunStarted);
        var settled = await _house.WaitForAsync(_study, EventTypes.StudySettled);
        Assert.True(started.Seq < settled.Seq);
    }

    [Fact]
    public async Task A_product_that_throws_fails_after_its_attempts_and_others_finish()
    {
        await _house.With("Throws").WithHello().StartAsync();

        await _house.StoreAsync(Film());

        var failed = await _house.WaitForAsync(_study, EventTypes.RunFailed, 2);
        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        var data = House.Data(failed);
        Assert.Equal("InvalidOperationException: it went wrong", data.GetProperty("reason").GetString());
        Assert.Equal((true, false, 2), (data.GetProperty("final").GetBoolean(), data.GetProperty("willRetry").GetBoolean(), failed.Attempt));
        Assert.True(House.Data(_house.Events(_study, EventTypes.RunFailed)[0]).GetProperty("willRetry").GetBoolean());
        Assert.Equal("hello", Assert.Single(_house.Publisher.Runs).Job.Product);
    }

    [Fact]
    public async Task A_second_attempt_replaces_what_the_first_said_and_withdraws_what_it_does_not_say_again()
    {
        await _house.With("ThrowsOnce").StartAsync();

        await _house.StoreAsync(Film());

        var finished = await _house.WaitForAsync(_study, EventTypes.RunFinished);
        Assert.Equal(2, finished.Attempt);
        var standing = Assert.Single(_house.Archive.Results.OfRun(finished.RunId!));
        Assert.Equal(("gate", 2), (standing.ResultId, standing.Attempt));
        Assert.Contains("attempt 2", standing.Data);
        Assert.Equal("first-only", House.Data(Assert.Single(_house.Events(_study, EventTypes.ResultWithdrawn))).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_run_is_cancelled_while_it_works()
    {
        await _house.With("Waits").StartAsync();
        await _house.StoreAsync(Film());
        var started = await _house.WaitForAsync(_study, EventTypes.RunStarted);

        Assert.True(await _house.Pipeline.CancelAsync(started.RunId!, "A person cancelled it.", CancellationToken.None));

        var failed = await _house.WaitForAsync(_study, EventTypes.RunFailed);
        Assert.True(House.Data(failed).GetProperty("final").GetBoolean());
        await UntilAsync(() => _house.Pipeline.Running == 0);
        Assert.Equal(JobState.Cancelled, _house.Archive.Jobs.Get(started.RunId!)!.State);
    }

    [Fact]
    public async Task A_product_is_run_again_when_somebody_asks()
    {
        await _house.WithHello().StartAsync();
        await _house.StoreAsync(Film());
        var first = await _house.WaitForAsync(_study, EventTypes.RunFinished);

        var job = await _house.Pipeline.RerunAsync(House.Site, _study, "hello", CancellationToken.None);

        var second = await _house.WaitForAsync(_study, EventTypes.RunFinished, 2);
        Assert.Equal(job.RunId, second.RunId);
        Assert.NotEqual(first.RunId, second.RunId);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _house.Pipeline.RerunAsync(House.Site, _study, "nothing", CancellationToken.None));
    }

    [Fact]
    public async Task Disabling_a_product_at_a_site_takes_effect_at_once_and_there_only()
    {
        await _house.With("Waits").StartAsync();
        await _house.StoreAsync(Film());
        await _house.WaitForAsync(_study, EventTypes.RunStarted);

        var problems = await _house.Pipeline.DecideAsync(new SiteProduct { Site = House.Site, Product = "waits", Enabled = false }, CancellationToken.None);

        Assert.Empty(problems);
        await _house.WaitForAsync(_study, EventTypes.RunFailed);
        var other = DicomUid.New();
        await _house.StoreAsync(House.Film(other, DicomUid.New(), DicomUid.New()));
        await _house.WaitForAsync(other, EventTypes.StudySettled);
        Assert.Empty(_house.Events(other, EventTypes.RunQueued));
        Assert.False(_house.Pipeline.Products.Resolve(House.Site, "waits")!.Enabled);
        Assert.True(_house.Pipeline.Products.Resolve("elsewhere", "waits")!.Enabled);
    }

    [Fact]
    public async Task A_sites_settings_lane_and_deadline_reach_the_run_and_wrong_ones_are_refused()
    {
        await _house.WithHello().StartAsync();
        var decision = new SiteProduct { Site = House.Site, Product = "hello", Lane = JobLane.Stat, DeadlineSeconds = 5, Settings = """{"threshold":0}""" };
        Assert.Contains("threshold", (await _house.Pipeline.DecideAsync(decision with { Settings = """{"threshold":2}""" }, CancellationToken.None))[0]);
        Assert.Empty(await _house.Pipeline.DecideAsync(decision, CancellationToken.None));

        await _house.StoreAsync(Film());

        var finished = await _house.WaitForAsync(_study, EventTypes.RunFinished);
        var job = _house.Archive.Jobs.Get(finished.RunId!)!;
        Assert.Equal(JobLane.Stat, job.Lane);
        Assert.Equal(5, (job.DueAt - job.CreatedAt).TotalSeconds, 0);
        Assert.Equal(Presence.Present, _house.Publisher.Runs[0].Results.OfType<Finding>().Single().Presence);
    }

    [Fact]
    public async Task A_flood_of_findings_fails_its_run_and_the_house_goes_on()
    {
        _house.Options = _house.Options with { Limits = new ResultLimits { Results = 100 } };
        await _house.With("Floods", m => m["lane"] = "Background").WithHello().StartAsync();

        await _house.StoreAsync(Film());

        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        var failed = await _house.WaitForAsync(_study, EventTypes.RunFailed);
        Assert.Contains("100 results", House.Data(failed).GetProperty("reason").GetString());
        Assert.True(House.Data(failed).GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task Results_that_cannot_be_stored_back_fail_the_attempt_which_is_tried_again()
    {
        var failures = 1;
        _house.Publisher.OnPublish = _ => failures-- > 0 ? throw new IOException("the disk is full") : Task.CompletedTask;
        await _house.WithHello().StartAsync();

        await _house.StoreAsync(Film());

        var failed = await _house.WaitForAsync(_study, EventTypes.RunFailed);
        var finished = await _house.WaitForAsync(_study, EventTypes.RunFinished);
        Assert.Contains("the disk is full", House.Data(failed).GetProperty("reason").GetString());
        Assert.Equal(2, finished.Attempt);
    }

    [Fact]
    public async Task A_product_without_its_model_fails_with_the_reason_and_without_a_second_attempt()
    {
        await _house.WithHello(m => m["models"] = new System.Text.Json.Nodes.JsonArray("not-installed")).StartAsync();

        await _house.StoreAsync(Film());

        var failed = await _house.WaitForAsync(_study, EventTypes.RunFailed);
        Assert.True(House.Data(failed).GetProperty("final").GetBoolean());
    }

    /// <summary>
    /// Not a check but a measurement, run by hand on a quiet machine: from the commit of a film to its first finding,
    /// the model's own time included. The sample film's model is one reduction, so nearly all of it is the house's.
    /// </summary>
    [Theory(Explicit = true)]
    [InlineData("hello", false)]
    [InlineData("hello", true)]
    [InlineData("chest-xray", false)]
    [InlineData("chest-xray", true)]
    public async Task Measure_the_time_from_a_stored_film_to_its_first_finding(string product, bool isolated)
    {
        if (isolated)
        {
            _house.Isolated();
        }

        if (product == "hello")
        {
            _house.WithHello();
        }
        else
        {
            var built = Path.Combine(SharedData.RepositoryRoot, "plugins", "ChestXray", "bin", "Debug", "net10.0");
            Assert.SkipUnless(Directory.Exists(built), "the chest X-ray plugin is not built");
            _house.WithBuilt(built, product);
        }

        await _house.StartAsync();
        var times = new List<double>();
        var steps = new List<double[]>();
        var processor = TimeSpan.Zero;
        for (var i = 0; i < 41; i++)
        {
            var study = DicomUid.New();
            var film = House.Film(study, DicomUid.New(), DicomUid.New());
            await _house.StoreAsync(film);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var before = Environment.CpuUsage.TotalTime;
            await _house.WaitForAsync(study, EventTypes.ResultPublished, product == "hello" ? 1 : 2);   // its first is the gate
            times.Add(clock.Elapsed.TotalMilliseconds);
            processor += Environment.CpuUsage.TotalTime - before;
            await _house.WaitForAsync(study, EventTypes.RunFinished);
            var at = _house.Events(study).GroupBy(e => e.Type).ToDictionary(g => g.Key, g => g.First().At);
            steps.Add([.. new[] { EventTypes.RunQueued, EventTypes.RunStarted, EventTypes.ResultPublished }.Select(t => (at[t] - at[EventTypes.StudyReceived]).TotalMilliseconds)]);
        }

        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"median {times[20]:F1} ms, fastest {times[0]:F1} ms, slowest {times[^1]:F1} ms of {times.Count}; from received to queued, started, published: {string.Join(", ", Enumerable.Range(0, 3).Select(i => $"{steps.Select(s => s[i]).Order().ElementAt(20):F0}"))} ms; {processor.TotalMilliseconds / times.Count:F0} ms of processor time each");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++)
        {
            await Task.Delay(20);
        }

        Assert.True(condition());
    }

    /// <summary>What a run writes is a series of its own.</summary>
    private byte[] OurFilm() => House.Film(_study, DicomUid.New(), DicomUid.New());

    private byte[] Film(string modality = "DX") => House.Film(_study, modality == "DX" ? _series : DicomUid.New(), DicomUid.New(), modality);
}
