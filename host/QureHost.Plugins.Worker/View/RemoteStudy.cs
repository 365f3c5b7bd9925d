using System.Runtime.CompilerServices;
using QureHost.Plugins.Protocol;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Worker;

/// <summary>A study behind the link.</summary>
internal sealed class RemoteStudy(RunLink link, long handle, string uid) : IStudy
{
    private readonly Dictionary<string, RemoteSeries> _series = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private IReadOnlyList<ISeries> _list = [];
    private ITags? _tags;

    public string Uid => uid;

    public ITags Tags
    {
        get
        {
            lock (_gate)
            {
                if (_tags is null)
                {
                    var set = link.Ask<Tags>(new ReadStudyTags(handle)).Sets[0];
                    var tags = new JsonTags(set);
                    if (!tags.Has(TagNumbers.StudyInstanceUid))
                    {
                        return tags;   // no instance is there yet: asked again
                    }

                    _tags = tags;
                }

                return _tags;
            }
        }
    }

    public IReadOnlyList<ISeries> Series
    {
        get
        {
            lock (_gate)
            {
                if (link.Ask<SeriesList>(new ListSeries(handle)).Series is { } now)
                {
                    _list = [.. now.Select(Take)];
                }

                return _list;
            }
        }
    }

    public IAsyncEnumerable<StudyEvent> WatchAsync(CancellationToken ct) => ReadAsync<StudyEvent>(StreamKind.Watch, null, EventOf, ct);

    public IAsyncEnumerable<IStudy> PriorsAsync(CancellationToken ct) =>
        ReadAsync<IStudy>(StreamKind.Priors, null, item => new RemoteStudy(link, item.Study!.Handle, item.Study.Uid), ct);

    public IAsyncEnumerable<Result> ResultsOfAsync(string product, CancellationToken ct) => ReadAsync(StreamKind.Results, product, ResultOf, ct);

    public IAsyncEnumerable<StudyReport> ReportsAsync(CancellationToken ct) => ReadAsync(StreamKind.Reports, null, item => item.Report!, ct);

    private async IAsyncEnumerable<T> ReadAsync<T>(StreamKind kind, string? product, Func<Item, T> read, [EnumeratorCancellation] CancellationToken ct)
    {
        var stream = (await link.AskAsync<Opened>(new Open(handle, kind, product), ct)).Stream;
        var ended = false;
        try
        {
            while (true)
            {
                var item = await link.AskAsync<Item>(new Next(stream), ct);
                if (ended = item.End)
                {
                    yield break;
                }

                yield return read(item);
            }
        }
        finally
        {
            if (!ended && !ct.IsCancellationRequested)
            {
                await link.AskAsync<Done>(new Close(stream), ct);
            }
        }
    }

    private RemoteSeries Take(SeriesFacts facts)
    {
        if (_series.TryGetValue(facts.Uid, out var series))
        {
            series.Update(facts);
        }
        else
        {
            _series[facts.Uid] = series = new RemoteSeries(link, handle, facts);
        }

        return series;
    }

    private static StudyEvent EventOf(Item item) => item switch
    {
        { Stored: { } stored } => new SliceStored(stored.Series, stored.Sop),
        { ReportAdded: { } report } => new ReportAdded(report),
        _ => new StudySettled(),
    };

    private Result ResultOf(Item item)
    {
        if (item is not { Result: Mask mask, Data: { } lease })
        {
            return WireResults.Complete(item.Result!);
        }

        var block = link.Map(lease, writable: false);
        var data = block.Memory.ToArray();
        link.End(lease.Id);
        return WireResults.Complete(mask) is Mask whole ? whole with { Data = data } : mask;
    }
}
