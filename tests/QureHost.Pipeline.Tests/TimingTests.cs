using Microsoft.Extensions.Time.Testing;
using QureHost.Plugins;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline.Tests;

/// <summary>What depends on time alone, by a clock that the test moves.</summary>
public sealed class TimingTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Quiet_time_begins_anew_with_every_touch_and_is_handed_out_once()
    {
        var quiet = new List<string>();
        using var times = new QuietTimes<string>(_time, quiet.Add);
        Touch("a", 10);
        Touch("b", 4);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["b"], quiet);

        Touch("a", 10);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(["b"], quiet);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b", "a"], quiet);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["b", "a"], quiet);

        void Touch(string key, int seconds) => times.Touch(key, _time.GetUtcNow().AddSeconds(seconds));
    }

    [Fact]
    public void Time_spent_waiting_for_the_host_is_not_the_products_own()
    {
        var clock = new RunClock(_time);
        _time.Advance(TimeSpan.FromSeconds(2));
        using (clock.Wait())
        {
            _time.Advance(TimeSpan.FromSeconds(100));
            Assert.True(clock.IsWaiting);
            Assert.Equal(0, clock.SinceBeat.TotalSeconds);
            using (clock.Work())
            {
                _time.Advance(TimeSpan.FromSeconds(3));
                Assert.Equal(3, clock.SinceBeat.TotalSeconds);
            }

            _time.Advance(TimeSpan.FromSeconds(50));
        }

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((6, 156, 1), (clock.Own.TotalSeconds, clock.Total.TotalSeconds, clock.SinceBeat.TotalSeconds));
    }

    [Fact]
    public async Task A_routine_run_steps_aside_while_a_stat_run_computes_and_not_while_that_one_waits()
    {
        var gate = new LaneGate(TimeProvider.System);
        var stat = new RunClock(TimeProvider.System);
        gate.Enter(stat, Lane.Stat);

        var passing = gate.PassAsync(Lane.Routine, CancellationToken.None).AsTask();
        await Task.Delay(100);
        Assert.False(passing.IsCompleted);
        Assert.True(gate.PassAsync(Lane.Stat, CancellationToken.None).IsCompleted);
        using (stat.Wait())
        {
            await passing.WaitAsync(TimeSpan.FromSeconds(5));
        }

        gate.Leave(stat);
        Assert.True(gate.PassAsync(Lane.Background, CancellationToken.None).IsCompleted);
    }
}
