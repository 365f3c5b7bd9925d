using System.Collections.Concurrent;
using System.Text.Json;
using QureHost.Plugins.Protocol;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>What a worker asks about studies.</summary>
internal sealed partial class RunSession
{
    private const int MostTagSets = 64;
    private const int MostStreams = 64;
    private readonly ConcurrentDictionary<long, StudyEntry> _studies = new();
    private readonly ConcurrentDictionary<long, StudyStream> _streams = new();
    private long _lastStudy;
    private long _lastStream;

    private StudyEntry StudyOf(long handle) =>
        _studies.TryGetValue(handle, out var study) ? study : throw new ContractException($"This run was shown no study {handle}.");

    private ISeries SeriesOf(long study, string uid) =>
        StudyOf(study).Study.Series.FirstOrDefault(s => s.Uid == uid) ?? throw new ContractException($"The study has no series {uid}.");

    private SeriesList List(ListSeries request)
    {
        var entry = StudyOf(request.Study);
        var series = entry.Study.Series;
        lock (entry)
        {
            // Told again only where a list is another than the one before.
            var now = series.Select(s => s.SopUids).ToArray();
            if (entry.Told is { } told && told.Length == now.Length && told.Zip(now).All(pair => ReferenceEquals(pair.First, pair.Second)))
            {
                return new SeriesList(null);
            }

            entry.Told = now;
            return new SeriesList([.. series.Select((s, i) => new SeriesFacts(s.Uid, s.Modality, now[i]))]);
        }
    }

    private Tags StudyTags(ReadStudyTags request) => new([Json(StudyOf(request.Study).Study.Tags)]);

    private Tags InstanceTags(ReadTags request)
    {
        if (request.Sops.Count is 0 or > MostTagSets)
        {
            throw new ContractException($"Attributes are read for 1 to {MostTagSets} instances at once.");
        }

        var series = SeriesOf(request.Study, request.Series);
        return new Tags([.. request.Sops.Select(sop => Json(series.TagsOf(sop)))]);
    }

    private JsonElement Json(ITags tags)
    {
        using var document = JsonDocument.Parse(_host.JsonOf(tags), new JsonDocumentOptions { MaxDepth = 1500 });
        return document.RootElement.Clone();
    }

    private async ValueTask<Reply> SliceAsync(ReadSlice request, CancellationToken ct) =>
        new Slices([Facts(await SeriesOf(request.Study, request.Series).SliceAsync(request.Sop, request.Frame, request.Kind, ct))]);

    private async ValueTask<Reply> VolumeAsync(ReadVolume request, CancellationToken ct)
    {
        var slices = await SeriesOf(request.Study, request.Series).VolumeAsync(ct);
        return new Slices([.. slices.Select(Facts)]);
    }

    private async ValueTask<Reply> Part10Async(ReadPart10 request, CancellationToken ct)
    {
        await using var stream = await SeriesOf(request.Study, request.Series).Part10Async(request.Sop, ct);
        var block = _leases.Prepare(stream.Length);
        try
        {
            await stream.ReadExactlyAsync(block.Memory, ct);
        }
        catch
        {
            block.Dispose();
            throw;
        }

        return new Bytes(_leases.Give(block));
    }

    private SliceFacts Facts(ISlice slice) => new(
        slice.SopUid,
        slice.Frame,
        slice.Rows,
        slice.Columns,
        slice.Unit,
        slice.Slope,
        slice.Intercept,
        slice.IsColor,
        _leases.Give(slice),
        PlaneFacts.Of(slice.Plane),
        slice.Spacing is var (row, column) ? [row, column] : null);

    private Opened OpenStream(Open request)
    {
        if (_streams.Count >= MostStreams)
        {
            throw new ContractException($"A run reads at most {MostStreams} streams at once.");
        }

        var study = StudyOf(request.Study).Study;
        var stop = _stop.Token;
        var stream = request.Kind switch
        {
            StreamKind.Watch => StudyStream.Of(study.WatchAsync(stop), ItemOf, stop),
            StreamKind.Priors => StudyStream.Of(study.PriorsAsync(stop), ItemOf, stop),
            StreamKind.Results => StudyStream.Of(study.ResultsOfAsync(request.Product ?? "", stop), ItemOf, stop),
            StreamKind.Reports => StudyStream.Of(study.ReportsAsync(stop), report => new Item { Report = report }, stop),
            _ => throw new ContractException($"There is no stream '{request.Kind}'."),
        };
        var id = Interlocked.Increment(ref _lastStream);
        _streams[id] = stream;
        return new Opened(id);
    }

    private async ValueTask<Reply> NextAsync(Next request)
    {
        if (!_streams.TryGetValue(request.Stream, out var stream))
        {
            throw new ContractException($"This run reads no stream {request.Stream}.");
        }

        if (await stream.NextAsync() is { } item)
        {
            return item;
        }

        await CloseAsync(new Close(request.Stream));
        return new Item { End = true };
    }

    private async ValueTask<Reply> CloseAsync(Close request)
    {
        if (_streams.TryRemove(request.Stream, out var stream))
        {
            await stream.DisposeAsync();
        }

        return new Done();
    }

    private static Item ItemOf(StudyEvent change) => change switch
    {
        SliceStored stored => new Item { Stored = new StoredFacts(stored.SeriesUid, stored.SopUid) },
        ReportAdded added => new Item { ReportAdded = added.ReportId },
        _ => new Item { Settled = true },
    };

    private Item ItemOf(IStudy prior)
    {
        var handle = Interlocked.Increment(ref _lastStudy);
        _studies[handle] = new StudyEntry(prior);
        return new Item { Study = new StudyFacts(handle, prior.Uid) };
    }

    private Item ItemOf(Result result) =>
        new() { Result = result, Data = result is Mask { Data.Length: > 0 } mask ? _leases.Give(mask.Data.Span) : null };

    /// <summary>A study that the run was shown, and the lists that it was last told.</summary>
    private sealed class StudyEntry(IStudy study)
    {
        public IStudy Study { get; } = study;

        public IReadOnlyList<string>[]? Told { get; set; }
    }
}
