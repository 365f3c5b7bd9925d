using System.Buffers;
using System.Text.Json;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Imaging;
using QureHost.Plugins;
using QureHost.Sdk.Studies;

namespace QureHost.Pipeline;

/// <summary>A series of the archive as a product sees it. Frames are decoded from the stored object when they are asked for.</summary>
internal sealed class LiveSeries(ArchiveStore archive, string site, string studyUid, string uid, RunClock clock, SliceCache? slices) : ISeries
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ITags> _tags = new(StringComparer.Ordinal);
    private Dictionary<string, InstanceRow> _rows = [];
    private IReadOnlyList<string> _sops = [];
    private string? _modality;

    public string Uid => uid;

    public string Modality => _modality ??= TagsOf(SopUids[0]).Text(TagNumbers.Modality) ?? "";

    public IReadOnlyList<string> SopUids => _sops;

    public bool Has(string sop) => _rows.ContainsKey(sop);

    /// <summary>When its first instance was stored.</summary>
    public DateTimeOffset FirstAt { get; private set; }

    /// <summary>Takes the instances that are there now, in order of instance number.</summary>
    public void Update(IReadOnlyList<InstanceRow> rows)
    {
        _rows = rows.ToDictionary(r => r.SopInstanceUid, StringComparer.Ordinal);
        _sops = [.. rows.OrderBy(r => r.Number ?? int.MaxValue).ThenBy(r => r.StoredAt).Select(r => r.SopInstanceUid)];
        FirstAt = rows.Min(r => r.StoredAt);
    }

    public ITags TagsOf(string sop)
    {
        lock (_gate)
        {
            if (!_tags.ContainsKey(sop))
            {
                // One query for a series that is read for the first time, one an instance for what comes later.
                var whole = _tags.Count == 0;
                foreach (var row in archive.Index.GetInstances(site, studyUid, uid, whole ? null : sop, withMetadata: true))
                {
                    _tags.TryAdd(row.SopInstanceUid, Read(row.MetadataJson));
                }
            }

            return _tags.TryGetValue(sop, out var tags) ? tags : throw Unknown(sop);
        }
    }

    public async ValueTask<ISlice> SliceAsync(string sop, int frame, PixelKind kind, CancellationToken ct)
    {
        clock.Beat();
        var row = _rows.TryGetValue(sop, out var known) ? known : throw Unknown(sop);
        return slices is null
            ? await DecodeAsync(sop, frame, static (file, data, kind) => FrameReader.Read(file.Dataset, data, kind), kind, ct)
            : await slices.GetAsync(
                new SliceKey(row.ObjectPath, row.Offset, frame, kind),
                into => DecodeAsync(sop, frame, (file, data, k) => FrameReader.ReadInto(file.Dataset, data, k, into(FrameReader.SampleCount(file.Dataset)).Span), kind, CancellationToken.None),
                ct);
    }

    private async ValueTask<T> DecodeAsync<T>(string sop, int frame, Func<DicomFile, FrameData, PixelKind, T> decode, PixelKind kind, CancellationToken ct)
    {
        await using var stream = await Part10Async(sop, ct);
        try
        {
            var file = await DicomFile.ReadAsync(stream, null, ct);
            return decode(file, await StoredFrame.ReadAsync(file, stream, frame, ct), kind);
        }
        catch (Exception e) when (e is DicomFormatException or IOException)
        {
            throw new PixelsUnavailableException($"Instance {sop} cannot be read: {e.Message}", e);
        }
    }

    public async ValueTask<IReadOnlyList<ISlice>> VolumeAsync(CancellationToken ct)
    {
        var slices = new List<ISlice>();
        try
        {
            foreach (var place in VolumeSorter.Sort(SopUids.SelectMany(FramesOf)))
            {
                slices.Add(await SliceAsync(place.SopUid, place.Frame, PixelKind.Measured, ct));
            }

            return slices;
        }
        catch
        {
            slices.ForEach(slice => slice.Dispose());
            throw;
        }
    }

    public ValueTask<Stream> Part10Async(string sop, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            return ValueTask.FromResult(archive.Objects.OpenPart10(_rows.TryGetValue(sop, out var row) ? row : throw Unknown(sop)));
        }
        catch (ArchiveException e)
        {
            throw new PixelsUnavailableException($"Instance {sop} cannot be read: {e.Message}", e);
        }
    }

    private IEnumerable<VolumeFrame> FramesOf(string sop)
    {
        var dataset = ((DatasetTags)TagsOf(sop)).Dataset;
        var (rows, columns) = (dataset.GetInt32(DicomTags.Rows) ?? 0, dataset.GetInt32(DicomTags.Columns) ?? 0);
        for (var frame = 0; frame < _rows[sop].NumberOfFrames; frame++)
        {
            yield return new VolumeFrame(sop, frame, rows, columns, FrameGeometry.PlaneOf(new FrameAttributes(dataset, frame)));
        }
    }

    private static PixelsUnavailableException Unknown(string sop) => new($"Instance {sop} is not in this series.");

    private static DatasetTags Read(ReadOnlyMemory<byte> template)
    {
        var json = new ArrayBufferWriter<byte>(template.Length);
        JsonTemplate.Write(template.Span, default, json);
        try
        {
            return new DatasetTags(DicomJson.Parse(json.WrittenMemory));
        }
        catch (Exception e) when (e is JsonException or DicomFormatException)
        {
            return new DatasetTags(new DicomDataset());
        }
    }
}
