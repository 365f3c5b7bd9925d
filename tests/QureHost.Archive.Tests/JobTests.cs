namespace QureHost.Archive.Tests;

public sealed class JobTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    internal static JobDraft Draft(Given given, string product = "chest-xray", string study = "1", JobLane lane = JobLane.Routine, int dueInSeconds = 600, int attempts = 2) => new()
    {
        Site = "default",
        StudyUid = study,
        Product = product,
        Version = "1.0",
        Lane = lane,
        DueAt = given.Clock.GetUtcNow().AddSeconds(dueInSeconds),
        MaxAttempts = attempts,
    };

    [Fact]
    public async Task A_run_goes_from_queued_to_finished_with_an_event_a_step_and_survives_reopening()
    {
        await using var given = await Given.ArchiveAsync();
        var (queued, isNew) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);
        Assert.True(isNew);

        var claimed = await given.Archive.Jobs.ClaimAsync("w1", Lease, null, default);
        Assert.True(await given.Archive.Jobs.ProgressAsync(queued.RunId, "w1", Lease, .5, "reading", default));
        Assert.True(await given.Archive.Jobs.FinishAsync(queued.RunId, "w1", "ok", """{"status":"ok"}""", default));
        await given.ReopenAsync();

        Assert.Equal((queued.RunId, JobState.Running, 1), (claimed!.RunId, claimed.State, claimed.Attempt));
        var job = given.Archive.Jobs.Get(queued.RunId)!;
        Assert.Equal((JobState.Finished, "ok", """{"status":"ok"}"""), (job.State, job.Status, job.Outcome));
        Assert.StartsWith("2.25.", job.UpsUid);
        var events = given.Archive.Events.Read(0, EventFilter.All, 10);
        Assert.Equal(["run.queued", "run.started", "run.progress", "run.finished"], events.Select(e => e.Type));
        Assert.Equal([0, 1, 1, 1], events.Select(e => e.Attempt));
        Assert.All(events, e => Assert.Equal(("chest-xray", queued.RunId), (e.Product, e.RunId)));
        Assert.Equal("""{"done":0.5,"stage":"reading"}""", events[2].Data);
    }

    [Fact]
    public async Task A_product_has_one_open_run_a_study()
    {
        await using var given = await Given.ArchiveAsync();
        var (first, _) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);

        var (same, isNew) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);
        var (other, isOther) = await given.Archive.Jobs.EnqueueAsync(Draft(given, product: "report-nlp"), default);
        await given.Archive.Jobs.CancelAsync(first.RunId, "by a person", default);
        var (again, isAgain) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);

        Assert.Equal((first.RunId, false), (same.RunId, isNew));
        Assert.True(isOther && isAgain);
        Assert.Equal(3, new[] { first, other, again }.Select(j => j.RunId).Distinct().Count());
    }

    [Fact]
    public async Task Jobs_are_claimed_by_lane_then_due_time_and_each_once()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Jobs.EnqueueAsync(Draft(given, study: "late", dueInSeconds: 900), default);
        await given.Archive.Jobs.EnqueueAsync(Draft(given, study: "soon", dueInSeconds: 100), default);
        await given.Archive.Jobs.EnqueueAsync(Draft(given, study: "stat", lane: JobLane.Stat, dueInSeconds: 9000), default);

        var claimed = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => given.Archive.Jobs.ClaimAsync($"w{i}", Lease, null, default)));

        Assert.Equal(["stat", "soon", "late", null], claimed.Select(j => j?.StudyUid));
    }

    [Fact]
    public async Task A_claim_may_be_limited_to_products()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Jobs.EnqueueAsync(Draft(given), default);

        Assert.Null(await given.Archive.Jobs.ClaimAsync("w", Lease, ["report-nlp"], default));
        Assert.NotNull(await given.Archive.Jobs.ClaimAsync("w", Lease, ["report-nlp", "chest-xray"], default));
    }

    [Fact]
    public async Task A_lease_that_runs_out_gives_the_job_to_its_next_attempt_and_the_old_owner_is_heard_no_more()
    {
        await using var given = await Given.ArchiveAsync();
        var (job, _) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);
        var first = await given.Archive.Jobs.ClaimAsync("w1", Lease, null, default);
        given.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(await given.Archive.Jobs.RenewAsync(job.RunId, "w1", Lease, default));
        given.Clock.Advance(TimeSpan.FromSeconds(31));

        var second = await given.Archive.Jobs.ClaimAsync("w2", Lease, null, default);

        Assert.Equal((job.RunId, 2), (second!.RunId, second.Attempt));
        Assert.False(await given.Archive.Jobs.FinishAsync(job.RunId, "w1", "ok", "{}", default));
        Assert.Equal(0, await given.Archive.Results.PublishAsync(first!, "r", "{}", default));
        Assert.NotEqual(0, await given.Archive.Results.PublishAsync(second, "r", "{}", default));
    }

    [Fact]
    public async Task A_job_fails_for_good_when_its_attempts_are_used_up()
    {
        await using var given = await Given.ArchiveAsync();
        var (job, _) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);
        await given.Archive.Jobs.ClaimAsync("w", Lease, null, default);
        Assert.True(await given.Archive.Jobs.FailAttemptAsync(job.RunId, "w", "it threw", retry: true, TimeSpan.FromSeconds(5), default));

        Assert.Null(await given.Archive.Jobs.ClaimAsync("w", Lease, null, default));
        given.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.NotNull(await given.Archive.Jobs.ClaimAsync("w", Lease, null, default));
        await given.Archive.Jobs.FailAttemptAsync(job.RunId, "w", "it threw again", retry: true, TimeSpan.Zero, default);

        Assert.Equal((JobState.Failed, "it threw again"), (given.Archive.Jobs.Get(job.RunId)!.State, given.Archive.Jobs.Get(job.RunId)!.Reason));
        Assert.Equal(
            ["""{"reason":"it threw","willRetry":true,"final":false}""", """{"reason":"it threw again","willRetry":false,"final":true}"""],
            given.Archive.Events.Read(0, new EventFilter { Types = ["run.failed"] }, 10).Select(e => e.Data));
    }

    [Fact]
    public async Task An_attempt_that_was_given_back_is_not_charged_and_what_it_said_goes_with_the_next_one()
    {
        await using var given = await Given.ArchiveAsync();
        var (job, _) = await given.Archive.Jobs.EnqueueAsync(Draft(given, attempts: 1), default);
        var first = (await given.Archive.Jobs.ClaimAsync("w", Lease, null, default))!;
        await given.Archive.Results.PublishAsync(first, "a", "{}", default);

        Assert.False(await given.Archive.Jobs.ReleaseAsync(job.RunId, "another", "not its own", default));
        Assert.True(await given.Archive.Jobs.ReleaseAsync(job.RunId, "w", "the host stops", default));

        Assert.Equal(0, await given.Archive.Results.PublishAsync(first, "late", "{}", default));
        var second = (await given.Archive.Jobs.ClaimAsync("w", Lease, null, default))!;
        Assert.Equal((2, 2), (second.Attempt, second.MaxAttempts));
        Assert.Equal(1, await given.Archive.Results.WithdrawEarlierAsync(second, "not said again", default));
        await given.Archive.Jobs.FailAttemptAsync(job.RunId, "w", "it threw", retry: true, TimeSpan.Zero, default);
        Assert.Equal(JobState.Failed, given.Archive.Jobs.Get(job.RunId)!.State);
    }

    [Fact]
    public async Task A_version_is_charged_by_different_studies_and_its_quarantine_outlasts_a_restart()
    {
        await using var given = await Given.ArchiveAsync();
        Assert.Equal(1, await given.Archive.Plugins.CrashedAsync("p", "1.0.0", "default", "1", "r1", "it aborted", default));
        Assert.Equal(1, await given.Archive.Plugins.CrashedAsync("p", "1.0.0", "default", "1", "r1", "it aborted", default));
        Assert.Equal(2, await given.Archive.Plugins.CrashedAsync("p", "1.0.0", "elsewhere", "1", "r2", "it aborted", default));
        Assert.Equal(1, await given.Archive.Plugins.CrashedAsync("p", "1.1.0", "default", "1", "r3", "it aborted", default));
        await given.Archive.Plugins.QuarantineAsync("p", "1.0.0", "too many", default);
        await given.ReopenAsync();

        Assert.Equal(("too many", null), (given.Archive.Plugins.Quarantine("p", "1.0.0"), given.Archive.Plugins.Quarantine("p", "1.1.0")));
        await given.Archive.Plugins.LiftAsync("p", "1.0.0", default);
        Assert.Null(given.Archive.Plugins.Quarantine("p", "1.0.0"));
        Assert.Equal(1, await given.Archive.Plugins.CrashedAsync("p", "1.0.0", "default", "9", "r4", "it aborted", default));
    }

    [Fact]
    public async Task Jobs_held_when_the_host_died_are_given_back_at_its_start()
    {
        await using var given = await Given.ArchiveAsync();
        var (job, _) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);
        await given.Archive.Jobs.ClaimAsync("w", TimeSpan.FromHours(1), null, default);
        await given.ReopenAsync();

        Assert.Equal(1, await given.Archive.Jobs.ReleaseAllAsync(default));

        Assert.Equal(2, (await given.Archive.Jobs.ClaimAsync("w", Lease, null, default))!.Attempt);
        Assert.Equal([job.RunId], given.Archive.Jobs.List(new JobFilter { States = [JobState.Running], StudyUids = ["1"], Site = "default" }).Select(j => j.RunId));
        Assert.Empty(given.Archive.Jobs.List(new JobFilter { States = [JobState.Queued] }));
    }

    [Fact]
    public async Task Results_replace_are_withdrawn_and_those_of_an_earlier_attempt_go_when_not_said_again()
    {
        await using var given = await Given.ArchiveAsync();
        var (job, _) = await given.Archive.Jobs.EnqueueAsync(Draft(given), default);
        var first = (await given.Archive.Jobs.ClaimAsync("w", Lease, null, default))!;
        await given.Archive.Results.PublishAsync(first, "a", """{"v":1}""", default);
        await given.Archive.Results.PublishAsync(first, "b", """{"v":1}""", default);
        await given.Archive.Results.PublishAsync(first, "a", """{"v":2}""", default);
        Assert.Equal(["b 1", "a 2"], given.Archive.Results.OfRun(job.RunId).Select(r => $"{r.ResultId} {r.Data[5]}"));
        Assert.NotEqual(0, await given.Archive.Results.WithdrawAsync(first, "b", "not sure", default));
        Assert.Equal(0, await given.Archive.Results.WithdrawAsync(first, "b", "not sure", default));
        await given.Archive.Jobs.FailAttemptAsync(job.RunId, "w", "x", retry: true, TimeSpan.Zero, default);
        var second = (await given.Archive.Jobs.ClaimAsync("w", Lease, null, default))!;
        await given.Archive.Results.PublishAsync(second, "c", """{"v":3}""", default);

        Assert.Equal(1, await given.Archive.Results.WithdrawEarlierAsync(second, "not said again", default));

        Assert.Equal(["c"], given.Archive.Results.OfStudies("default", ["1", "2"]).Select(r => r.ResultId));
        Assert.Equal(
            ["""{"id":"b","reason":"not sure"}""", """{"id":"a","reason":"not said again"}"""],
            given.Archive.Events.Read(0, new EventFilter { Types = ["result.withdrawn"] }, 10).Select(e => e.Data));
    }
}
