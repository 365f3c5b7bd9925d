using System.Runtime.CompilerServices;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Tests.Fakes;

/// <summary>A study whose films arrive one after the other and which then settles.</summary>
internal sealed class FakeStudy(params FakeFilm[] films) : IStudy
{
    public string Uid => "1.2.3";

    public ITags Tags { get; } = new FakeTags();

    public IReadOnlyList<ISeries> Series => films;

    public async IAsyncEnumerable<StudyEvent> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var film in films)
        {
            await Task.Yield();
            yield return new SliceStored(film.Uid, film.Sop);
        }

        yield return new StudySettled();
    }

    public IAsyncEnumerable<IStudy> PriorsAsync(CancellationToken ct) => AsyncEnumerable.Empty<IStudy>();

    public IAsyncEnumerable<Result> ResultsOfAsync(string product, CancellationToken ct) => AsyncEnumerable.Empty<Result>();

    public IAsyncEnumerable<StudyReport> ReportsAsync(CancellationToken ct) => AsyncEnumerable.Empty<StudyReport>();
}
