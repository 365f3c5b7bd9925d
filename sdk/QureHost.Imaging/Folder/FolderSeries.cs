using QureHost.Dicom;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>A series of a folder.</summary>
internal sealed class FolderSeries : ISeries
{
    private readonly List<FolderInstance> _instances;
    private readonly Dictionary<string, FolderInstance> _bySop;

    public FolderSeries(string uid, IEnumerable<FolderInstance> instances)
    {
        Uid = uid;
        _instances = [.. instances.DistinctBy(i => i.Identity.SopInstanceUid).OrderBy(i => i.Dataset.GetDouble(DicomTags.InstanceNumber) ?? double.MaxValue).ThenBy(i => i.Path, StringComparer.Ordinal)];
        _bySop = _instances.ToDictionary(i => i.Identity.SopInstanceUid, StringComparer.Ordinal);
        SopUids = [.. _instances.Select(i => i.Identity.SopInstanceUid)];
    }

    public string Uid { get; }

    public string Modality => _instances[0].Dataset.GetString(DicomTags.Modality) ?? "";

    public IReadOnlyList<string> SopUids { get; }

    internal IReadOnlyList<FolderInstance> Instances => _instances;

    public ITags TagsOf(string sop) => new DatasetTags(Find(sop).Dataset);

    public async ValueTask<ISlice> SliceAsync(string sop, int frame, PixelKind kind, CancellationToken ct)
    {
        var instance = Find(sop);
        if (instance.File.Pixels is not { } pixels)
        {
            throw new PixelsUnavailableException("The object has no pixels.");
        }

        if (frame < 0 || frame >= pixels.Frames.Count)
        {
            throw new PixelsUnavailableException(pixels.Problem ?? $"The object has {pixels.Frames.Count} frames; there is no frame {frame}.");
        }

        var data = await instance.FrameAsync(frame, ct).ConfigureAwait(false);
        return FrameReader.Read(instance.Dataset, data, kind);
    }

    public async ValueTask<IReadOnlyList<ISlice>> VolumeAsync(CancellationToken ct)
    {
        var frames = VolumeSorter.Sort(_instances.SelectMany(FramesOf));
        var slices = new List<ISlice>(frames.Count);
        foreach (var frame in frames)
        {
            slices.Add(await SliceAsync(frame.SopUid, frame.Frame, PixelKind.Measured, ct).ConfigureAwait(false));
        }

        return slices;
    }

    public ValueTask<Stream> Part10Async(string sop, CancellationToken ct) =>
        ValueTask.FromResult<Stream>(new FileStream(Find(sop).Path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan));

    private static IEnumerable<VolumeFrame> FramesOf(FolderInstance instance)
    {
        for (var frame = 0; frame < instance.Frames; frame++)
        {
            yield return new VolumeFrame(
                instance.Identity.SopInstanceUid,
                frame,
                instance.Dataset.GetInt32(DicomTags.Rows) ?? 0,
                instance.Dataset.GetInt32(DicomTags.Columns) ?? 0,
                FrameGeometry.PlaneOf(new FrameAttributes(instance.Dataset, frame)));
        }
    }

    private FolderInstance Find(string sop) => _bySop.TryGetValue(sop, out var instance) ? instance : throw new PixelsUnavailableException("The series has no such instance.");
}
