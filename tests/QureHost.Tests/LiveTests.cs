using Microsoft.AspNetCore.SignalR.Client;
using QureHost.Archive;
using QureHost.Live;
using QureHost.Phantoms;

namespace QureHost.Tests;

public sealed class LiveTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_cut_off_in_the_middle_of_a_study_misses_nothing_and_sees_nothing_twice(bool messagePack)
    {
        await using var host = await TestHost.StartAsync();
        var seen = new List<LiveEvent>();
        var study = await host.StorePhantomAsync("chest-xray", new PhantomOptions());
        for (var cut = 0; cut < 4; cut++)
        {
            await using var hub = host.Hub(messagePack);
            await hub.StartAsync();
            var request = new { study, after = seen.Count == 0 ? 0 : seen[^1].Seq };
            var wanted = seen.Count + 2;
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await host.Archive.Events.AppendAsync([Progress(study, cut), Progress(study, cut + 10)], limit.Token);
            await foreach (var e in hub.StreamAsync<LiveEvent>("Watch", request, limit.Token))
            {
                seen.Add(e);
                if (seen.Count >= wanted)
                {
                    break; // the connection goes away with events on their way
                }
            }
        }

        var log = host.Archive.Events.Read(0, new EventFilter { StudyUid = study }, 1000).Select(e => e.Seq).ToArray();
        Assert.Equal(log[..seen.Count], seen.Select(e => e.Seq));
        Assert.Equal("study.received", seen[0].Type);
    }

    [Fact]
    public async Task The_worklist_stream_begins_after_the_number_it_is_given()
    {
        await using var host = await TestHost.StartAsync();
        await host.StorePhantomAsync("head-ct", new PhantomOptions { Slices = 2 });
        var after = host.Archive.Events.LastSeq;
        await using var hub = host.Hub();
        await hub.StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var next = hub.StreamAsync<LiveEvent>("Watch", new { after }, limit.Token).FirstAsync(e => e.Type == EventTypes.StudyReceived, limit.Token);

        var study = await host.StorePhantomAsync("head-ct", new PhantomOptions { Slices = 2, Seed = 2 });

        var first = await next;
        Assert.Equal(study, first.Study);
        Assert.True(first.Seq > after);
    }

    private static EventDraft Progress(string study, int n) =>
        new(ArchiveStore.DefaultSite, study, EventTypes.RunProgress, $$"""{"done":0.5,"stage":"step {{n}}"}""", "test", "run", 1);
}
