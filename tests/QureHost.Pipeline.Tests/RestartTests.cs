using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Sdk.Results;

namespace QureHost.Pipeline.Tests;

public sealed class RestartTests : IAsyncDisposable
{
    private readonly House _house = new();
    private readonly string _study = DicomUid.New();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_study_that_was_not_settled_when_the_host_stopped_is_settled_after_its_start()
    {
        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromMinutes(5) };
        await _house.StartAsync();
        await _house.StoreAsync(Film());
        await _house.StopAsync();

        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromSeconds(.5) };
        await _house.StartAsync();

        await _house.WaitForAsync(_study, EventTypes.StudySettled);
    }

    [Fact]
    public async Task A_run_that_the_host_left_in_the_middle_is_attempted_again()
    {
        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromMinutes(5) };
        await _house.WithHello().StartAsync();
        await _house.StoreAsync(Film());
        await _house.WaitForAsync(_study, EventTypes.ResultPublished, 2);
        await _house.StopAsync();

        _house.Options = _house.Options with { StudyQuiet = TimeSpan.FromSeconds(.5) };
        await _house.StartAsync();

        var finished = await _house.WaitForAsync(_study, EventTypes.RunFinished);
        Assert.Equal(2, finished.Attempt);
        Assert.All(_house.Archive.Results.OfRun(finished.RunId!), r => Assert.Equal(2, r.Attempt));
        Assert.Single(_house.Events(_study, EventTypes.RunQueued));
    }

    [Fact]
    public async Task What_was_stored_while_no_pipeline_ran_is_routed_by_the_next_one()
    {
        await _house.WithHello().StartAsync();
        await _house.Pipeline.DisposeAsync();
        await _house.StoreAsync(Film());
        await _house.StopAsync();

        await _house.StartAsync();

        await _house.WaitForAsync(_study, EventTypes.RunFinished);
    }

    [Fact]
    public async Task Routing_the_log_again_queues_nothing_twice()
    {
        await _house.WithHello().StartAsync();
        await _house.StoreAsync(Film());
        await _house.WaitForAsync(_study, EventTypes.RunFinished);
        await _house.StopAsync();
        File.WriteAllText(Path.Combine(_house.DataDirectory, "routed.seq"), "0");

        await _house.StartAsync();
        await Task.Delay(1000);

        Assert.Single(_house.Events(_study, EventTypes.RunQueued));
    }

    private byte[] Film() => House.Film(_study, DicomUid.New(), DicomUid.New());
}
