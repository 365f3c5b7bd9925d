using Microsoft.Extensions.Time.Testing;
using QureHost.Onnx;
using QureHost.Sdk;

namespace QureHost.Inference.Tests;

public sealed class DevicePolicyTests
{
    private static readonly DeviceProcessOptions Options = new()
    {
        Program = "",
        WorkingDirectory = "",
        RunFactor = 20,
        RunFloor = TimeSpan.FromSeconds(10),
        RunCeiling = TimeSpan.FromSeconds(300),
    };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_model_of_which_nothing_is_known_may_take_the_longest()
    {
        Assert.Equal(300, new RunLimits(Options).For("m", 1000, 1).TotalSeconds);
    }

    [Fact]
    public void The_limit_follows_what_was_measured_between_floor_and_ceiling()
    {
        var limits = new RunLimits(Options);
        limits.Expect("m", 2);
        Assert.Equal(40, limits.For("m", 1000, 1).TotalSeconds);   // the card's 2 s an item
        Assert.Equal(80, limits.For("m", 1000, 2).TotalSeconds);

        limits.Observe("m", 1000, TimeSpan.FromSeconds(1));

        Assert.Equal(20, limits.For("m", 1000, 1).TotalSeconds, 3);
        Assert.Equal(10, limits.For("m", 100, 1).TotalSeconds);    // the floor
        Assert.Equal(300, limits.For("m", 1_000_000, 1).TotalSeconds);
    }

    [Fact]
    public void One_quick_run_does_not_make_the_limit_of_slow_ones_tight()
    {
        var limits = new RunLimits(Options);
        limits.Observe("m", 1000, TimeSpan.FromSeconds(5));
        limits.Observe("m", 1000, TimeSpan.FromSeconds(.01));

        Assert.InRange(limits.For("m", 1000, 1).TotalSeconds, 90, 100);
    }

    [Fact]
    public void A_model_is_held_back_after_its_third_offence_and_not_for_ever()
    {
        var offences = new ModelOffences(_time, TimeSpan.FromMinutes(10));
        offences.Add("m", "it aborted");
        offences.Add("m", "it aborted");
        offences.Check("m", "m 1");
        offences.Add("m", "it aborted");

        var error = Assert.Throws<ModelUnavailableException>(() => offences.Check("m", "m 1"));
        Assert.Contains("3 times, last because it aborted", error.Message);
        offences.Check("another", "another 1");
        _time.Advance(TimeSpan.FromMinutes(11));
        offences.Check("m", "m 1");
    }

    [Fact]
    public void Cuda_lost_once_is_tried_again_and_lost_twice_gives_way_to_the_cpu_for_an_hour()
    {
        var choice = new DeviceChoice(Accelerator.Auto, _time);
        Assert.Equal(Accelerator.Auto, choice.Next());
        choice.Ended("cuda", DeviceExit.AcceleratorLost);
        Assert.Equal(Accelerator.Auto, choice.Next());
        choice.Ended("cuda", DeviceExit.AcceleratorLost);
        Assert.Equal(Accelerator.Cpu, choice.Next());

        _time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(Accelerator.Auto, choice.Next());
    }

    [Fact]
    public void A_killed_device_is_no_lost_accelerator()
    {
        var choice = new DeviceChoice(Accelerator.Cuda, _time);
        for (var i = 0; i < 5; i++)
        {
            choice.Ended("cuda", 137);
            choice.Ended("cpu", DeviceExit.AcceleratorLost);
        }

        Assert.Equal(Accelerator.Cuda, choice.Next());
    }
}
