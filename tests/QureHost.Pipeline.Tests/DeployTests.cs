using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Plugins;
using QureHost.Sdk.Results;

namespace QureHost.Pipeline.Tests;

/// <summary>Versions of plugins come and go while studies run.</summary>
public sealed class DeployTests : IAsyncDisposable
{
    private readonly House _house = new();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_running_job_finishes_on_the_old_version_the_next_takes_the_new_one_and_one_call_goes_back(bool isolated)
    {
        if (isolated)
        {
            _house.Isolated();
        }

        await _house.With("Poisoned").StartAsync();
        var studies = Enumerable.Range(0, 3).Select(_ => DicomUid.New()).ToArray();
        await StoreAsync(studies[0]);
        await _house.WaitForAsync(studies[0], EventTypes.RunStarted);

        var added = await _house.Plugins.AddAsync(_house.Unpacked("Poisoned", "2.0.0"), CancellationToken.None);

        Assert.Equal(("2.0.0", PluginState.Active), (added.Version, added.State));
        await StoreAsync(studies[1]);
        await _house.WaitForAsync(studies[1], EventTypes.RunFinished);
        await _house.WaitForAsync(studies[0], EventTypes.RunFinished);
        Assert.Equal("1.0.0", (await _house.Plugins.RollbackAsync("poisoned", CancellationToken.None)).Version);
        await StoreAsync(studies[2]);
        await _house.WaitForAsync(studies[2], EventTypes.RunFinished);

        var runs = studies.Select(s => _house.Publisher.Runs.Single(r => r.Job.StudyUid == s)).ToArray();
        Assert.Equal(["1.0.0", "2.0.0", "1.0.0"], runs.Select(r => r.Results.OfType<Gate>().Single().Reasons[0].Split(' ')[0]));
        Assert.Equal(["1.0.0", "2.0.0", "1.0.0"], runs.Select(r => r.Job.Version));
        Assert.Equal([("2.0.0", false), ("1.0.0", true)], _house.Plugins.VersionsOf("poisoned").Select(v => (v.Version, v.IsCurrent)));
        if (isolated)
        {
            for (var i = 0; i < 200 && _house.Pool!.Workers.Count > 1; i++)
            {
                await Task.Delay(25);
            }

            Assert.Equal("1.0.0", Assert.Single(_house.Pool!.Workers).Version);   // the others went with their last run
        }
    }

    [Fact]
    public async Task A_job_that_the_host_cut_off_by_stopping_keeps_its_attempts()
    {
        await _house.With("Poisoned", m => m["attempts"] = 1).StartAsync();
        var study = DicomUid.New();
        await StoreAsync(study);
        await _house.WaitForAsync(study, EventTypes.RunProgress);

        await _house.StopAsync();
        await _house.StartAsync();

        var finished = await _house.WaitForAsync(study, EventTypes.RunFinished);
        var job = _house.Archive.Jobs.Get(finished.RunId!)!;
        Assert.Equal((2, 2), (job.Attempt, job.MaxAttempts));
    }

    private Task StoreAsync(string study) => _house.StoreAsync(House.Film(study, DicomUid.New(), DicomUid.New()));
}
