using System.Runtime.CompilerServices;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk.Testing;

/// <summary>A study whose slices are counted while they are leased.</summary>
internal sealed class WatchedStudy(IStudy study, PluginManifest manifest, RunWatch watch) : IStudy
{
    public string Uid => study.Uid;

    public ITags Tags => study.Tags;

    public IReadOnlyList<ISeries> Series => [.. study.Series.Select(s => new WatchedSeries(s, watch))];

    public IAsyncEnumerable<StudyEvent> WatchAsync(CancellationToken ct) => Each("IStudy.WatchAsync", study.WatchAsync(ct), ct);

    public async IAsyncEnumerable<IStudy> PriorsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var prior in study.PriorsAsync(ct).ConfigureAwait(false))
        {
            yield return new WatchedStudy(prior, manifest, watch);
        }
    }

    public IAsyncEnumerable<Result> ResultsOfAsync(string product, CancellationToken ct)
    {
        if (!manifest.Reads.Contains(product))
        {
            watch.Add(ConformanceRule.Reads, $"It reads results of '{product}', which the manifest's 'reads' does not list.");
        }

        return Each("IStudy.ResultsOfAsync", study.ResultsOfAsync(product, ct), ct);
    }

    public IAsyncEnumerable<StudyReport> ReportsAsync(CancellationToken ct) => Each("IStudy.ReportsAsync", study.ReportsAsync(ct), ct);

    private IAsyncEnumerable<T> Each<T>(string what, IAsyncEnumerable<T> items, CancellationToken ct) => watch.Each(what, items, ct);
}

/// <summary>A series whose slices are counted.</summary>
internal sealed class WatchedSeries(ISeries series, RunWatch watch) : ISeries
{
    public string Uid => series.Uid;

    public string Modality => series.Modality;

    public IReadOnlyList<string> SopUids => series.SopUids;

    public ITags TagsOf(string sop) => series.TagsOf(sop);

    public async ValueTask<ISlice> SliceAsync(string sop, int frame, PixelKind kind, CancellationToken ct)
    {
        using (watch.Enter("ISeries.SliceAsync"))
        {
            return new WatchedSlice(await series.SliceAsync(sop, frame, kind, ct).ConfigureAwait(false), watch);
        }
    }

    public async ValueTask<IReadOnlyList<ISlice>> VolumeAsync(CancellationToken ct)
    {
        using (watch.Enter("ISeries.VolumeAsync"))
        {
            return [.. (await series.VolumeAsync(ct).ConfigureAwait(false)).Select(s => new WatchedSlice(s, watch))];
        }
    }

    public async ValueTask<Stream> Part10Async(string sop, CancellationToken ct)
    {
        using (watch.Enter("ISeries.Part10Async"))
        {
            return await series.Part10Async(sop, ct).ConfigureAwait(false);
        }
    }
}

/// <summary>A slice that is counted until its lease ends.</summary>
internal sealed class WatchedSlice : ISlice
{
    private readonly ISlice _slice;
    private readonly RunWatch _watch;

    public WatchedSlice(ISlice slice, RunWatch watch)
    {
        (_slice, _watch) = (slice, watch);
        watch.Leased(this, $"frame {slice.Frame} of {slice.SopUid}");
    }

    public string SopUid => _slice.SopUid;

    public int Frame => _slice.Frame;

    public int Rows => _slice.Rows;

    public int Columns => _slice.Columns;

    public Plane? Plane => _slice.Plane;

    public (double RowMm, double ColumnMm)? Spacing => _slice.Spacing;

    public string Unit => _slice.Unit;

    public double Slope => _slice.Slope;

    public double Intercept => _slice.Intercept;

    public bool IsColor => _slice.IsColor;

    public ReadOnlyMemory<short> Samples => _slice.Samples;

    public void Dispose()
    {
        _watch.Returned(this);
        _slice.Dispose();
    }
}
