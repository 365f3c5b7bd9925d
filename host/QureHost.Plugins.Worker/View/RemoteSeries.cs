using QureHost.Plugins.Protocol;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Worker;

/// <summary>A series behind the link.</summary>
internal sealed class RemoteSeries(RunLink link, long study, SeriesFacts facts) : ISeries
{
    /// <summary>Attributes are asked for by so many instances at once: a product that reads one reads the next.</summary>
    private const int Ahead = 64;

    private readonly Dictionary<string, ITags> _tags = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private SeriesFacts _facts = facts;

    public string Uid => _facts.Uid;

    public string Modality => _facts.Modality;

    public IReadOnlyList<string> SopUids => _facts.Sops;

    public void Update(SeriesFacts facts) => _facts = facts;

    public ITags TagsOf(string sop)
    {
        lock (_gate)
        {
            if (_tags.TryGetValue(sop, out var known))
            {
                return known;
            }

            var from = Math.Max(0, _facts.Sops.TakeWhile(s => s != sop).Count());
            string[] wanted = [sop, .. _facts.Sops.Skip(from + 1).Where(s => !_tags.ContainsKey(s)).Take(Ahead - 1)];
            var sets = link.Ask<Tags>(new ReadTags(study, Uid, wanted)).Sets;
            for (var i = 0; i < sets.Count; i++)
            {
                _tags[wanted[i]] = new JsonTags(sets[i]);
            }

            return _tags[sop];
        }
    }

    public async ValueTask<ISlice> SliceAsync(string sop, int frame, PixelKind kind, CancellationToken ct)
    {
        var answer = await link.AskAsync<Slices>(new ReadSlice(study, Uid, sop, frame, kind), ct);
        return new LeasedSlice(link, answer.Frames[0]);
    }

    public async ValueTask<IReadOnlyList<ISlice>> VolumeAsync(CancellationToken ct)
    {
        var answer = await link.AskAsync<Slices>(new ReadVolume(study, Uid), ct);
        return [.. answer.Frames.Select(facts => new LeasedSlice(link, facts))];
    }

    public async ValueTask<Stream> Part10Async(string sop, CancellationToken ct)
    {
        var answer = await link.AskAsync<Bytes>(new ReadPart10(study, Uid, sop), ct);
        return new LeasedStream(link, answer.Lease);
    }
}
