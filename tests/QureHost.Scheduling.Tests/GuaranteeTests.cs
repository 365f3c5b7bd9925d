using QureHost.Sdk.Manifests;
using static QureHost.Scheduling.Tests.SchedulerPropertyTests;

namespace QureHost.Scheduling.Tests;

/// <summary>A case for each guarantee that a simpler policy broke.</summary>
public sealed class GuaranteeTests
{
    private const long Mega = 1 << 20;

    [Fact]
    public void A_model_in_endless_use_gives_its_place_to_another_that_works_wait_for()
    {
        // Work for 'a' never ends; 'b' does not fit beside it. Ten loads of .5 s and ten that are thought to take .1 s: 'b' has
        // its turn after 6 s, and then its load.
        var flood = Enumerable.Range(0, 600).Select(i => new Arrival(Seconds(i * .09), NewWork(i, "a", Lane.Routine, 600) with { Product = "a" }, .1));
        var other = new Arrival(Seconds(5), NewWork(9000, "b", Lane.Routine, 600) with { Product = "b" }, .1);

        var machine = new VirtualMachine(OneDevice(15 * Mega), [new ModelFacts("a", 10 * Mega), new ModelFacts("b", 10 * Mega)]).Run([.. flood, other]);

        Assert.InRange(machine.Finished[9000].TotalSeconds, 6.5, 7.3);
        Assert.Equal(3, machine.Loads);
    }

    [Fact]
    public void An_urgent_work_does_not_wait_for_the_turn_of_a_model_of_the_routine()
    {
        var flood = Enumerable.Range(0, 200).Select(i => new Arrival(Seconds(i * .09), NewWork(i, "a", Lane.Routine, 600), .1));
        var urgent = new Arrival(Seconds(5), NewWork(9000, "b", Lane.Urgent, 60), .1);

        var machine = new VirtualMachine(OneDevice(15 * Mega), [new ModelFacts("a", 10 * Mega), new ModelFacts("b", 10 * Mega)]).Run([.. flood, urgent]);

        // The tile that runs, the load, its own time.
        Assert.InRange(machine.Finished[9000].TotalSeconds, 5.6, 5.7);
    }

    [Fact]
    public void Memory_of_a_pinned_model_is_set_aside_before_it_is_loaded_and_its_load_waits_for_no_other()
    {
        var policy = new Scheduler(OneDevice(100 * Mega));
        policy.Define(new ModelFacts("large", 50 * Mega));
        policy.Submit(NewWork(1, "large", Lane.Background, 60), TimeSpan.Zero);
        Assert.Equal("large", Assert.IsType<Decision.Load>(policy.Decide(TimeSpan.Zero)).Model);

        policy.Define(new ModelFacts("stat a", 30 * Mega, Pinned: true));
        policy.Define(new ModelFacts("stat b", 20 * Mega, Pinned: true));

        Assert.Equal("stat a", Assert.IsType<Decision.Load>(policy.Decide(TimeSpan.Zero)).Model);
        Assert.Equal("stat b", Assert.IsType<Decision.Load>(policy.Decide(TimeSpan.Zero)).Model);
        Assert.IsType<Decision.Rest>(policy.Decide(TimeSpan.Zero));
        Assert.Contains("51 MB", policy.Submit(NewWork(2, Defined(policy, 51), Lane.Background, 60), TimeSpan.Zero).Refused);
    }

    [Fact]
    public void Stat_batches_keep_to_the_order_of_deadlines()
    {
        // 'x' is due between two of 'y': a batch of both would pass it over.
        var policy = Resident(new ModelFacts("y", Mega, Pinned: true, MaxBatch: 8), new ModelFacts("x", Mega, Pinned: true));
        Teach(policy, "y", .01);
        policy.Submit(NewWork(11, "y", Lane.Stat, 10) with { BatchKey = "k" }, Seconds(5));
        policy.Submit(NewWork(12, "x", Lane.Stat, 11), Seconds(5));
        policy.Submit(NewWork(13, "y", Lane.Stat, 12) with { BatchKey = "k" }, Seconds(5));

        Assert.Equal([11L], Assert.IsType<Decision.Run>(policy.Decide(Seconds(5))).Works);
    }

    [Fact]
    public void A_stat_batch_does_not_pass_over_calls_of_a_job_that_are_still_to_come()
    {
        var policy = Resident(new ModelFacts("y", Mega, Pinned: true, MaxBatch: 8));
        Teach(policy, "y", .01);
        policy.Submit(NewWork(11, "y", Lane.Stat, 10) with { BatchKey = "k", Job = "first", Following = 9 }, Seconds(5));
        policy.Submit(NewWork(12, "y", Lane.Stat, 10) with { BatchKey = "k", Job = "first", Following = 8 }, Seconds(5));
        policy.Submit(NewWork(13, "y", Lane.Stat, 12) with { BatchKey = "k", Job = "second" }, Seconds(5));

        Assert.Equal([11L, 12L], Assert.IsType<Decision.Run>(policy.Decide(Seconds(5))).Works);
    }

    [Fact]
    public void A_stat_batch_is_no_longer_than_any_other()
    {
        var policy = Resident(new ModelFacts("y", Mega, Pinned: true, MaxBatch: 8));
        Teach(policy, "y", .09);
        for (var i = 11; i < 19; i++)
        {
            policy.Submit(NewWork(i, "y", Lane.Stat, 60) with { BatchKey = "k" }, Seconds(5));
        }

        // .25 s hold two of .09 s, with what one measured run says of the next.
        Assert.Equal(2, Assert.IsType<Decision.Run>(policy.Decide(Seconds(5))).Works.Count);
    }

    [Fact]
    public void Nothing_is_decided_for_a_device_that_is_away_and_pinned_models_come_first_when_it_is_back()
    {
        var policy = Resident(new ModelFacts("ordinary", Mega), new ModelFacts("stat", Mega, Pinned: true));
        policy.Submit(NewWork(11, "ordinary", Lane.Routine, 60), Seconds(5));
        var run = Assert.IsType<Decision.Run>(policy.Decide(Seconds(5)));

        Assert.Equal([11L], policy.DeviceLost(0, away: true));
        policy.Submit(NewWork(11, "ordinary", Lane.Routine, 60) with { Since = Seconds(5) }, Seconds(6));
        Assert.IsType<Decision.Rest>(policy.Decide(Seconds(6)));
        policy.DeviceReturned(0);

        Assert.Equal(run.Works, [11L]);
        Assert.Equal("stat", Assert.IsType<Decision.Load>(policy.Decide(Seconds(7))).Model);
        Assert.Equal("ordinary", Assert.IsType<Decision.Load>(policy.Decide(Seconds(7))).Model);
    }

    [Fact]
    public void A_lost_device_makes_the_forecast_of_waiting_jobs_later()
    {
        var policy = new Scheduler(new SchedulerOptions { Devices = [new DeviceFacts(0, Mega), new DeviceFacts(1, Mega)] });
        policy.Define(new ModelFacts("m", Mega, Pinned: true, SecondsPerItem: 1));
        LoadAll(policy);
        for (var i = 1; i <= 10; i++)
        {
            policy.Submit(NewWork(i, "m", Lane.Urgent, 7) with { Job = $"j{i}" }, Seconds(1));
        }

        Assert.DoesNotContain(policy.Forecasts(Seconds(1)), f => f.Late);
        policy.DeviceLost(1, away: true);

        var judged = policy.Forecasts(Seconds(1));
        Assert.Equal(4, judged.Count(f => f.Late));   // ten of 1 s from second 1 on: four are done after second 7
    }

    [Fact]
    public void A_work_waits_for_the_faster_kind_of_device_where_that_is_done_sooner()
    {
        var policy = new Scheduler(new SchedulerOptions { Devices = [new DeviceFacts(0, Mega), new DeviceFacts(1, Mega, "cuda")] });
        policy.Define(new ModelFacts("m", Mega, Pinned: true));
        policy.Costs.Observe("m", null, 1, 2, "cpu");
        policy.Costs.Observe("m", null, 1, .5, "cuda");
        LoadAll(policy);
        for (var i = 1; i <= 6; i++)
        {
            policy.Submit(NewWork(i, "m", Lane.Routine, 60), Seconds(1));
        }

        // Four of .5 s fit into the 2 s that the processor takes for one: the fourth is a tie and goes there.
        var first = Assert.IsType<Decision.Run>(policy.Decide(Seconds(1)));
        var second = Assert.IsType<Decision.Run>(policy.Decide(Seconds(1)));

        Assert.Equal((0, 4L), (first.Device, first.Works[0]));
        Assert.Equal((1, 1L), (second.Device, second.Works[0]));
    }

    [Fact]
    public void A_site_that_makes_a_stat_product_of_a_routine_model_has_it_pinned()
    {
        var policy = Resident(new ModelFacts("m", 10 * Mega));
        policy.Submit(NewWork(1, "m", Lane.Stat, 60), Seconds(5));
        policy.Define(new ModelFacts("large", 95 * Mega));

        Assert.NotNull(policy.Submit(NewWork(2, "large", Lane.Routine, 60), Seconds(5)).Refused);
    }

    [Fact]
    public void A_model_that_turns_out_larger_than_the_device_gives_its_works_back_and_is_put_out()
    {
        var policy = new Scheduler(OneDevice(100 * Mega));
        policy.Define(new ModelFacts("liar", 10 * Mega));
        policy.Submit(NewWork(1, "liar", Lane.Routine, 60), TimeSpan.Zero);
        policy.Decide(TimeSpan.Zero);

        Assert.Equal([1L], policy.Loaded(0, "liar", 200 * Mega, Seconds(1)));
        Assert.Equal(["liar"], Assert.IsType<Decision.Unload>(policy.Decide(Seconds(1))).Models);
        Assert.IsType<Decision.Rest>(policy.Decide(Seconds(1)));
        Assert.Contains("200 MB", policy.Submit(NewWork(2, "liar", Lane.Routine, 60), Seconds(2)).Refused);
    }

    [Fact]
    public void A_jobs_later_calls_are_as_old_as_the_job()
    {
        var policy = Resident(new ModelFacts("m", Mega));
        policy.Submit(NewWork(1, "m", Lane.Urgent, 4000), Seconds(3600));
        policy.Submit(NewWork(2, "m", Lane.Routine, 9000) with { Since = Seconds(100) }, Seconds(3600));

        // It came more than half an hour ago: urgent, due in ten minutes, which is after 4,000 s.
        Assert.Equal([1L], Assert.IsType<Decision.Run>(policy.Decide(Seconds(3600))).Works);
        policy.Submit(NewWork(3, "m", Lane.Urgent, 5000), Seconds(3601));
        policy.Completed(1, Seconds(3602));
        Assert.Equal([2L], Assert.IsType<Decision.Run>(policy.Decide(Seconds(3602))).Works);
    }

    [Fact]
    public void Costs_are_a_curve_over_the_batch_size()
    {
        var costs = new CostModel();
        costs.Observe("m", "k", 1, .1);
        costs.Observe("m", "k", 8, .24);

        Assert.Equal(.1, costs.Seconds("m", "k", 1), 6);
        Assert.Equal(.16, costs.Seconds("m", "k", 4), 6);       // on the line between the two
        Assert.Equal(.48, costs.Seconds("m", "k", 16), 6);      // beyond: in proportion
        Assert.Equal(double.PositiveInfinity, costs.Ceiling("m", "another", 2));
        Assert.Equal(CostModel.UnknownSeconds, costs.Seconds("m", "k", 1, "cuda"));
    }

    [Fact]
    public void What_was_learnt_outlives_a_restart_and_nonsense_does_not_come_in()
    {
        var before = new CostModel();
        before.Observe("m", "k", 2, .3);
        before.Observe("m", "k", 2, .5);
        before.ObserveLoad("m", 4);
        var after = new CostModel();

        after.Recall([.. before.Learnt(), new LearntCost("cpu", "m", "k", 2, double.NaN, 0), new LearntCost("cpu", "m", "k", 1, -1, 0)]);

        Assert.Equal(before.Seconds("m", "k", 2), after.Seconds("m", "k", 2));
        Assert.Equal(before.Ceiling("m", "k", 2), after.Ceiling("m", "k", 2));
        Assert.Equal(4, after.LoadSeconds("m"));
        Assert.True(after.Ceiling("m", "k", 2) > after.Seconds("m", "k", 2));
    }

    [Fact]
    public void A_snapshot_shows_queues_devices_and_what_ran()
    {
        var policy = Resident(new ModelFacts("m", 10 * Mega, Pinned: true, SecondsPerItem: 2));
        policy.Submit(NewWork(1, "m", Lane.Stat, 60) with { Job = "a" }, Seconds(1));
        policy.Submit(NewWork(2, "m", Lane.Routine, 4) with { Job = "b", Product = "chest" }, Seconds(1));
        policy.Submit(NewWork(3, "m", Lane.Routine, 4) with { Job = "b", Product = "chest" }, Seconds(1));
        var run = Assert.IsType<Decision.Run>(policy.Decide(Seconds(1)));

        var during = policy.Snapshot(Seconds(2));
        policy.Completed(run.Dispatch, Seconds(3));
        var after = policy.Snapshot(Seconds(4));

        Assert.Equal((2, 1, 1.0, 1), (during.Lanes[2].Calls, during.Lanes[2].Jobs, during.Lanes[2].OldestSeconds, during.Lanes[2].LateJobs));
        Assert.Equal((Lane.Stat, 1.0), (during.Devices[0].Running!.Lane, during.Devices[0].BusySeconds));
        Assert.Equal((10 * Mega, 10 * Mega, 100 * Mega), (during.Devices[0].UsedBytes, during.Devices[0].PinnedBytes, during.Devices[0].BudgetBytes));
        Assert.Equal((2.0, 1L), (after.Devices[0].BusySeconds, after.Devices[0].Dispatches));
        Assert.Equal((Seconds(1), Seconds(3)), (after.Recent[0].From, after.Recent[0].To));
        Assert.Equal(2, after.Served[0].Seconds, 6);
    }

    private static string Defined(Scheduler policy, int mega)
    {
        policy.Define(new ModelFacts($"of {mega}", mega * Mega));
        return $"of {mega}";
    }

    private static Scheduler Resident(params ModelFacts[] models)
    {
        var policy = new Scheduler(OneDevice(100 * Mega));
        foreach (var model in models)
        {
            policy.Define(model with { Preload = true });
        }

        LoadAll(policy);
        return policy;
    }

    private static void LoadAll(Scheduler policy)
    {
        while (policy.Decide(TimeSpan.Zero) is Decision.Load load)
        {
            policy.Loaded(load.Device, load.Model, 0, TimeSpan.Zero);
        }
    }

    private static void Teach(Scheduler policy, string model, double seconds) => policy.Costs.Observe(model, "k", 1, seconds);
}
