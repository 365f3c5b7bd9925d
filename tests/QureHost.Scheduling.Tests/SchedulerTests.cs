using QureHost.Sdk.Manifests;
using static QureHost.Scheduling.Tests.SchedulerPropertyTests;

namespace QureHost.Scheduling.Tests;

public sealed class SchedulerTests
{
    private const long Mega = 1 << 20;

    [Fact]
    public void A_stat_tile_that_comes_during_a_long_background_job_runs_after_one_tile()
    {
        var tiles = Enumerable.Range(0, 100).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, "m", Lane.Background, 3600), 1));
        var stat = new Arrival(Seconds(10.5), NewWork(1000, "m", Lane.Stat, 20), 1);

        var machine = new VirtualMachine(OneDevice(Mega), [new ModelFacts("m", Mega)], loadSeconds: 0).Run([.. tiles, stat]);

        // It came in the middle of the eleventh tile, which ends at 11 s.
        Assert.Equal(12, machine.Finished[1000].TotalSeconds, 6);
    }

    [Fact]
    public void Two_sites_that_both_wait_get_equal_service_whatever_their_numbers_and_sizes()
    {
        var busy = Enumerable.Range(0, 1000).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, "m", Lane.Routine, 60) with { Site = "busy" }, .1));
        var quiet = Enumerable.Range(1000, 100).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, "m", Lane.Routine, 6000) with { Site = "quiet" }, .5));

        var machine = new VirtualMachine(OneDevice(Mega), [new ModelFacts("m", Mega)], loadSeconds: 0).Run([.. busy, .. quiet], Seconds(50));

        var served = machine.Started.GroupBy(s => s.Work.Work.Site).ToDictionary(g => g.Key, g => g.Sum(s => s.Work.Seconds));
        Assert.InRange(served["quiet"] / served["busy"], .9, 1.1);
    }

    [Fact]
    public void A_site_that_was_away_gets_no_credit_for_its_absence()
    {
        var always = Enumerable.Range(0, 2000).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, "m", Lane.Routine, 60) with { Site = "always" }, .1));
        var late = Enumerable.Range(5000, 1000).Select(i => new Arrival(Seconds(50), NewWork(i, "m", Lane.Routine, 60) with { Site = "late" }, .1));

        var machine = new VirtualMachine(OneDevice(Mega), [new ModelFacts("m", Mega)], loadSeconds: 0).Run([.. always, .. late], Seconds(90));

        var after = machine.Started.Where(s => s.At >= Seconds(50)).ToArray();
        Assert.InRange(after.Count(s => s.Work.Work.Site == "always") / (double)after.Length, .45, .55);
    }

    [Fact]
    public void Stat_and_urgent_works_go_by_deadline_and_not_by_share()
    {
        var arrivals = Enumerable.Range(0, 20).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, "m", Lane.Urgent, 100 - i) with { Site = i < 15 ? "busy" : "quiet" }, .1));

        var machine = new VirtualMachine(OneDevice(Mega), [new ModelFacts("m", Mega)], loadSeconds: 0).Run(arrivals);

        Assert.Equal(Enumerable.Range(0, 20).Reverse().Select(i => (long)i), machine.Started.Select(s => s.Work.Work.Id));
    }

    [Fact]
    public void A_background_work_is_lifted_past_a_flood_of_routine_ones_but_never_past_a_stat_one()
    {
        var options = OneDevice(Mega) with { RoutineAges = TimeSpan.FromHours(9), BackgroundAges = TimeSpan.FromHours(9) };
        var aging = OneDevice(Mega) with { RoutineAges = Seconds(60), BackgroundAges = Seconds(60), LiftedDue = Seconds(5) };
        var flood = Enumerable.Range(0, 2000).Select(i => new Arrival(Seconds(i * .1), NewWork(i, "m", Lane.Routine, 3600) with { Site = $"s{i % 50}" }, .12)).ToArray();
        var stats = Enumerable.Range(0, 20).Select(i => new Arrival(Seconds(100 + (i * 5)), NewWork(9100 + i, "m", Lane.Stat, 110 + (i * 5)), .12)).ToArray();
        var background = new Arrival(TimeSpan.Zero, NewWork(9000, "m", Lane.Background, 10), .12);

        var without = new VirtualMachine(options, [new ModelFacts("m", Mega)], loadSeconds: 0).Run([.. flood, .. stats, background]);
        var with = new VirtualMachine(aging, [new ModelFacts("m", Mega)], loadSeconds: 0).Run([.. flood, .. stats, background]);

        Assert.True(without.Finished[9000] > Seconds(235), "without aging it waits for the flood to end");
        Assert.True(with.Finished[9000] < Seconds(150), $"with aging it is done at {with.Finished[9000]}");
        Assert.All(stats, s => Assert.True(with.Finished[s.Work.Id] <= s.At + Seconds(.24 + 1e-6)));
    }

    [Fact]
    public void Equal_works_of_several_studies_run_as_one_batch_within_its_bounds()
    {
        var arrivals = Enumerable.Range(0, 10).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, "m", Lane.Routine, 600) with { BatchKey = "k" }, .01));

        var machine = new VirtualMachine(OneDevice(Mega), [new ModelFacts("m", Mega, MaxBatch: 4, SecondsPerItem: .01)], loadSeconds: 0).Run(arrivals);

        // The first alone: a maker's figure is not enough to make others wait for a batch.
        Assert.Equal([1, 4, 4, 1], machine.Trace.Select(t => t.Split(' ')[^1].Split(',').Length));
    }

    [Fact]
    public void A_batch_that_is_not_full_waits_its_window_and_a_stat_work_does_not()
    {
        var options = OneDevice(Mega) with { BatchWindow = Seconds(.05) };
        Arrival At(double at, long id, Lane lane) => new(Seconds(at), NewWork(id, "m", lane, 600) with { BatchKey = "k" }, .01);

        // One before, since nothing is batched before one was measured.
        var routine = new VirtualMachine(options, [new ModelFacts("m", Mega, MaxBatch: 8)], loadSeconds: 0)
            .Run([At(.1, 0, Lane.Routine), At(1, 1, Lane.Routine), At(1.03, 2, Lane.Routine)]);
        var stat = new VirtualMachine(options, [new ModelFacts("m", Mega, MaxBatch: 8)], loadSeconds: 0)
            .Run([At(1, 1, Lane.Stat), At(1.03, 2, Lane.Stat)]);

        Assert.Equal([1.05, 1.05], routine.Started.Skip(1).Select(s => s.At.TotalSeconds));
        Assert.Equal([1, 1.03], stat.Started.Select(s => s.At.TotalSeconds));
    }

    [Fact]
    public void Two_models_that_do_not_fit_together_take_turns_instead_of_thrashing()
    {
        var arrivals = Enumerable.Range(0, 100).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, i % 2 == 0 ? "a" : "b", Lane.Urgent, 600 + (i % 2 == 0 ? 0 : 1)), .1));

        var machine = new VirtualMachine(OneDevice(15 * Mega), [new ModelFacts("a", 10 * Mega), new ModelFacts("b", 10 * Mega)]).Run(arrivals);

        Assert.Equal(100, machine.Finished.Count);
        Assert.Equal(2, machine.Loads);
    }

    [Fact]
    public void Loading_goes_on_beside_running()
    {
        var arrivals = Enumerable.Range(0, 20).Select(i => new Arrival(TimeSpan.Zero, NewWork(i, "a", Lane.Routine, 600), .1))
            .Append(new Arrival(Seconds(3), NewWork(99, "b", Lane.Stat, 600), .1));

        var machine = new VirtualMachine(OneDevice(20 * Mega), [new ModelFacts("a", 10 * Mega, Preload: true), new ModelFacts("b", 10 * Mega)], loadSeconds: 2).Run(arrivals);

        // a is loaded at 2 s, runs until 4 s; b loads from 3 s to 5 s, beside it.
        Assert.Equal(4, machine.Finished[19].TotalSeconds, 6);
        Assert.Equal(5.1, machine.Finished[99].TotalSeconds, 6);
    }

    [Fact]
    public void A_model_larger_than_the_budget_beside_the_pinned_ones_is_refused_when_submitted()
    {
        var policy = new Scheduler(OneDevice(100 * Mega));
        policy.Define(new ModelFacts("pinned", 60 * Mega, Pinned: true));
        policy.Define(new ModelFacts("large", 50 * Mega));

        Assert.Contains("50 MB", policy.Submit(NewWork(1, "large", Lane.Stat, 1), TimeSpan.Zero).Refused);
        Assert.Null(policy.Submit(NewWork(2, "pinned", Lane.Stat, 1), TimeSpan.Zero).Refused);
        Assert.Equal(1, policy.QueuedCount);
    }

    [Fact]
    public void Admission_says_when_a_job_with_all_its_tiles_will_be_late()
    {
        var policy = new Scheduler(OneDevice(Mega));
        policy.Define(new ModelFacts("m", Mega, SecondsPerItem: 2));

        var alone = policy.Submit(NewWork(1, "m", Lane.Urgent, 30) with { Following = 9 }, TimeSpan.Zero);
        var behind = policy.Submit(NewWork(2, "m", Lane.Urgent, 31) with { Following = 9 }, TimeSpan.Zero);

        // Ten tiles of 2 s, after a load that nothing is known of yet; then the same again.
        Assert.Equal((20 + CostModel.UnknownSeconds, false), (alone.ExpectedFinish.TotalSeconds, alone.Late));
        Assert.Equal((40, true), (behind.ExpectedFinish.TotalSeconds, behind.Late));
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_gives_its_works_back_and_stops_nothing_else()
    {
        var policy = new Scheduler(OneDevice(Mega * 9));
        policy.Define(new ModelFacts("bad", Mega));
        policy.Define(new ModelFacts("good", Mega));
        policy.Submit(NewWork(1, "bad", Lane.Stat, 1), TimeSpan.Zero);
        policy.Submit(NewWork(2, "good", Lane.Routine, 1), TimeSpan.Zero);

        Assert.Equal("bad", Assert.IsType<Decision.Load>(policy.Decide(TimeSpan.Zero)).Model);
        Assert.Equal([1L], policy.LoadFailed(0, "bad"));
        Assert.Equal("good", Assert.IsType<Decision.Load>(policy.Decide(TimeSpan.Zero)).Model);
        policy.Loaded(0, "good", 0, Seconds(1));
        Assert.Equal([2L], Assert.IsType<Decision.Run>(policy.Decide(Seconds(1))).Works);
    }

    [Fact]
    public void A_cancelled_work_is_never_run_and_a_running_one_cannot_be_cancelled()
    {
        var policy = new Scheduler(OneDevice(Mega));
        policy.Define(new ModelFacts("m", Mega));
        policy.Submit(NewWork(1, "m", Lane.Routine, 1), TimeSpan.Zero);
        policy.Submit(NewWork(2, "m", Lane.Routine, 2), TimeSpan.Zero);
        policy.Decide(TimeSpan.Zero);
        policy.Loaded(0, "m", 0, Seconds(1));
        var first = Assert.IsType<Decision.Run>(policy.Decide(Seconds(1)));

        Assert.False(policy.Cancel(1));
        Assert.True(policy.Cancel(2));
        policy.Completed(first.Dispatch, Seconds(2));

        Assert.IsType<Decision.Rest>(policy.Decide(Seconds(2)));
    }

    [Fact]
    public void Costs_are_learnt_from_what_runs_took()
    {
        var costs = new CostModel();
        costs.Expect("m", 1);
        Assert.Equal(4, costs.Seconds("m", "shape", 4));

        costs.Observe("m", "shape", 2, .2);
        Assert.Equal(.4, costs.Seconds("m", "shape", 4), 6);
        for (var i = 0; i < 50; i++)
        {
            costs.Observe("m", "shape", 1, .3);
        }

        Assert.Equal(.3, costs.Seconds("m", "shape", 1), 3);
        Assert.Equal(CostModel.UnknownSeconds, costs.Seconds("other", null, 1));
    }
}
