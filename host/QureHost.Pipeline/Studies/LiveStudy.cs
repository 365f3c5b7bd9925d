using System.Runtime.CompilerServices;
using QureHost.Archive;
using QureHost.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Pipeline;

/// <summary>
/// A study of the archive as a product sees it: it grows while slices arrive, and what runs of ours wrote is left out. It
/// reads the index again only when something about the study was committed.
/// </summary>
internal sealed class LiveStudy : IStudy, IDisposable
{
    private readonly ArchiveStore _archive;
    private readonly StudyFeeds _feeds;
    private readonly StudyFeeds.Feed _feed;
    private readonly PluginManifest _manifest;
    private readonly RunClock _clock;
    private readonly int _priors;
    private readonly SliceCache? _slices;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveSeries> _series = new(StringComparer.Ordinal);
    private readonly List<LiveStudy> _opened = [];
    private IReadOnlyList<ISeries> _list = [];
    private long _version;
    private volatile bool _idle;

    public LiveStudy(ArchiveStore archive, StudyFeeds feeds, string site, string studyUid, PluginManifest manifest, RunClock clock, int priors, SliceCache? slices = null)
    {
        (_archive, _feeds, Site, Uid, _manifest, _clock, _priors, _slices) = (archive, feeds, site, studyUid, manifest, clock, priors, slices);
        _feed = feeds.Open(site, studyUid);
    }

    public string Site { get; }

    public string Uid { get; }

    /// <summary>The product has seen all there is and waits for more to arrive.</summary>
    public bool IsIdle { get => _idle; private set => _idle = value; }

    /// <summary>Called when it begins to wait.</summary>
    public Action? Idle { get; init; }

    /// <summary>Of the instances that came from outside, those up to this time have been seen.</summary>
    public DateTimeOffset SeenUntil { get; private set; }

    /// <summary>Patient and study attributes, of the first instance: one study's instances agree on them or are flagged.</summary>
    public ITags Tags => Series is [LiveSeries first, ..] ? first.TagsOf(first.SopUids[0]) : NoTags.Instance;

    public IReadOnlyList<ISeries> Series
    {
        get
        {
            Refresh();
            return _list;
        }
    }

    /// <summary>An instance of this study, or of a prior that was shown.</summary>
    public bool Knows(string sopUid)
    {
        if (Series.Any(s => ((LiveSeries)s).Has(sopUid)))
        {
            return true;
        }

        LiveStudy[] priors;
        lock (_gate)
        {
            priors = [.. _opened];
        }

        return priors.Any(p => p.Knows(sopUid));
    }

    public async IAsyncEnumerable<StudyEvent> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var instances = new HashSet<string>(StringComparer.Ordinal);
        var reports = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var version = _feed.Version;

            // Settled first, then what is there, from the index itself: settled means that all of it is, and the feed may
            // lag behind.
            var settled = _archive.Index.GetStudy(Site, Uid) is not { Settled: false };
            Refresh(force: settled);
            foreach (var series in _list)
            {
                foreach (var sop in series.SopUids)
                {
                    if (instances.Add(sop))
                    {
                        yield return new SliceStored(series.Uid, sop);
                    }
                }
            }

            foreach (var report in _archive.Reports.OfStudy(Site, Uid))
            {
                if (reports.Add(report.Id))
                {
                    yield return new ReportAdded(report.Id);
                }
            }

            if (settled)
            {
                yield return new StudySettled();
                yield break;
            }

            using (_clock.Wait())
            {
                IsIdle = true;
                Idle?.Invoke();
                try
                {
                    await _feed.WaitAsync(version, ct);
                }
                finally
                {
                    IsIdle = false;
                }
            }
        }
    }

    public async IAsyncEnumerable<IStudy> PriorsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var row in _archive.Index.GetPriors(Site, Uid, _priors))
        {
            ct.ThrowIfCancellationRequested();
            var prior = new LiveStudy(_archive, _feeds, Site, row.StudyUid, _manifest, _clock, priors: 0, _slices);
            lock (_gate)
            {
                _opened.Add(prior);
            }

            yield return prior;
        }

        await ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<Result> ResultsOfAsync(string product, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!_manifest.Reads.Contains(product))
        {
            throw new ContractException($"The manifest does not list '{product}' among the products that it reads.");
        }

        var newest = _archive.Jobs.List(new JobFilter { Site = Site, StudyUids = [Uid], Product = product, States = [JobState.Finished], Limit = 1 });
        if (newest is not [var job])
        {
            yield break;
        }

        foreach (var stored in _archive.Results.OfRun(job.RunId))
        {
            ct.ThrowIfCancellationRequested();
            if (ResultData.Read(stored.Data) is not var (result, blob) || !result.Final)
            {
                continue;
            }

            yield return result is Mask mask && blob is not null ? mask with { Data = await ReadBlobAsync(blob, ct) } : result;
        }
    }

    public async IAsyncEnumerable<StudyReport> ReportsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var modalities = _archive.Index.GetStudy(Site, Uid)?.Modalities ?? [];
        foreach (var report in _archive.Reports.OfStudy(Site, Uid))
        {
            ct.ThrowIfCancellationRequested();
            yield return new StudyReport(
                report.Id,
                ReportSources.KindOf(_archive.Index, Site, report.Source),
                report.Modality ?? string.Join('\\', modalities.Except(ReportSources.Modalities)),
                report.Text,
                report.AddedAt);
        }

        await ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _feeds.Close(Site, Uid);
        lock (_gate)
        {
            _opened.ForEach(prior => prior.Dispose());
            _opened.Clear();
        }
    }

    /// <summary>Reads the index where something was committed since the last time.</summary>
    private void Refresh(bool force = false)
    {
        lock (_gate)
        {
            var version = _feed.Version;
            if (version == _version && !force)
            {
                return;
            }

            SeenUntil = _archive.Index.GetStudy(Site, Uid)?.LastOutsideAt ?? default;
            foreach (var group in _archive.Index.GetInstances(Site, Uid).Where(i => i.RunId is null).GroupBy(i => i.SeriesUid))
            {
                if (!_series.TryGetValue(group.Key, out var series))
                {
                    _series[group.Key] = series = new LiveSeries(_archive, Site, Uid, group.Key, _clock, _slices);
                }

                series.Update([.. group]);
            }

            // In order of arrival: the first series stays the first.
            _list = [.. _series.Values.OrderBy(s => s.FirstAt).ThenBy(s => s.Uid, StringComparer.Ordinal)];
            _version = version;
        }
    }

    private async Task<byte[]> ReadBlobAsync(string blob, CancellationToken ct)
    {
        if (_archive.Objects.OpenBlob(blob) is not var (site, length, content))
        {
            return [];
        }

        await using (content)
        {
            if (site != Site || length > Array.MaxLength)
            {
                return [];
            }

            var bytes = new byte[length];
            await content.ReadExactlyAsync(bytes, ct);
            return bytes;
        }
    }
}
