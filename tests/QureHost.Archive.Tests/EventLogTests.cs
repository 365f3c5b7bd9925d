namespace QureHost.Archive.Tests;

public sealed class EventLogTests
{
    [Fact]
    public async Task Sequence_numbers_rise_by_one_in_commit_order_and_go_on_after_reopening()
    {
        await using var given = await Given.ArchiveAsync();

        Assert.Equal(2, await given.Archive.Events.AppendAsync([Draft("a"), Draft("b")], default));
        await given.ReopenAsync();
        Assert.Equal(3, await given.Archive.Events.AppendAsync([Draft("c")], default));

        Assert.Equal([(1L, "a"), (2L, "b"), (3L, "c")], given.Archive.Events.Read(0, EventFilter.All, 10).Select(e => (e.Seq, e.Type)));
        Assert.Equal(given.Clock.GetUtcNow(), given.Archive.Events.Read(2, EventFilter.All, 10)[0].At);
    }

    [Fact]
    public async Task A_filter_takes_site_study_run_and_type()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Events.AppendAsync(
            [new("default", "1", "x", "{}"), new("north", "1", "x", "{}"), new("default", "2", "y", "{}", "p", "r1", 2), new("default", null, "z", "{}")], default);
        long[] Seqs(EventFilter filter) => [.. given.Archive.Events.Read(0, filter, 10).Select(e => e.Seq)];

        Assert.Equal([1, 3, 4], Seqs(new EventFilter { Sites = ["default"] }));
        Assert.Equal([1, 2], Seqs(new EventFilter { StudyUid = "1" }));
        Assert.Equal([1], Seqs(new EventFilter { StudyUid = "1", Sites = ["default", "south"] }));
        Assert.Equal([3], Seqs(new EventFilter { RunId = "r1" }));
        Assert.Equal([3, 4], Seqs(new EventFilter { Types = ["y", "z"] }));
        Assert.Equal([1, 2], given.Archive.Events.Read(0, null, null, 2).Select(e => e.Seq));
    }

    [Fact]
    public async Task A_follower_that_comes_while_others_write_misses_nothing_and_sees_nothing_twice()
    {
        await using var given = await Given.ArchiveAsync();
        const int writers = 4, each = 50;
        await given.Archive.Events.AppendAsync([Draft("first")], default);
        var writing = Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                await given.Archive.Events.AppendAsync([Draft($"{w}")], default);
        })).ToArray();
        var seen = new List<long>();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await foreach (var e in given.Archive.Events.FollowAsync(0, EventFilter.All, timeout.Token))
        {
            seen.Add(e.Seq);
            if (seen.Count == 1 + (writers * each))
                break;
        }

        await Task.WhenAll(writing);
        Assert.Equal(Enumerable.Range(1, 1 + (writers * each)).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task A_follower_of_one_study_resumes_after_what_it_saw()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.Events.AppendAsync([new("default", "1", "a", "{}"), new("default", "2", "b", "{}"), new("default", "1", "c", "{}")], default);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var follow = given.Archive.Events.FollowAsync(1, new EventFilter { StudyUid = "1" }, stop.Token).GetAsyncEnumerator();

        Assert.True(await follow.MoveNextAsync());
        Assert.Equal(3, follow.Current.Seq);
        var next = follow.MoveNextAsync();
        await given.Archive.Events.AppendAsync([new("default", "2", "d", "{}"), new("default", "1", "e", "{}")], default);

        Assert.True(await next);
        Assert.Equal((5L, "e"), (follow.Current.Seq, follow.Current.Type));
        await follow.DisposeAsync();
    }

    [Fact]
    public async Task Work_that_fails_takes_its_events_back_and_no_others()
    {
        await using var given = await Given.ArchiveAsync();
        var queued = await given.Archive.Jobs.EnqueueAsync(JobTests.Draft(given), default);
        var alerts = Enumerable.Range(0, 20).Select(i => given.Archive.Alerts.RaiseAsync("default", "1", null, $"f{i}", "t", default)).ToArray();

        // Its site does not exist: refused inside the transaction that carries the others.
        await Assert.ThrowsAsync<ArchiveException>(() => given.Archive.Sites.DeleteAsync("default", default));
        await Task.WhenAll(alerts);

        Assert.True(queued.IsNew);
        Assert.Equal(Enumerable.Range(1, 21).Select(i => (long)i), given.Archive.Events.Read(0, EventFilter.All, 100).Select(e => e.Seq));
    }

    private static EventDraft Draft(string type) => new("default", "1", type, "{}");
}
