using Microsoft.Extensions.Time.Testing;

namespace QureHost.Processes.Tests;

public sealed class BackoffTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_first_start_is_at_once_and_each_next_one_waits_twice_as_long_up_to_a_bound()
    {
        var backoff = new Backoff(_time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

        Assert.Equal([0, 1, 2, 4, 5, 5], Enumerable.Range(0, 6).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void Success_and_calm_start_from_the_beginning()
    {
        var backoff = new Backoff(_time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), calm: TimeSpan.FromSeconds(60));
        backoff.Next();
        backoff.Next();
        backoff.Succeeded();
        Assert.Equal(TimeSpan.Zero, backoff.Next());
        backoff.Next();

        _time.Advance(TimeSpan.FromSeconds(70));

        Assert.Equal(TimeSpan.Zero, backoff.Next());
    }
}
