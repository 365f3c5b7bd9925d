using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>
/// Looks attributes of one frame up: in the per-frame, then the shared functional groups of an enhanced object
/// (PS3.3 §C.7.6.16), then in the dataset itself.
/// </summary>
public sealed class FrameAttributes
{
    private readonly DicomDataset _dataset;
    private readonly DicomDataset? _perFrame;
    private readonly DicomDataset? _shared;

    public FrameAttributes(DicomDataset dataset, int frame)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        _dataset = dataset;
        Frame = frame;
        var perFrame = dataset.GetItems(DicomTags.PerFrameFunctionalGroupsSequence);
        _perFrame = frame < perFrame.Count ? perFrame[frame] : null;
        _shared = dataset.GetItem(DicomTags.SharedFunctionalGroupsSequence);
    }

    public DicomDataset Dataset => _dataset;

    public int Frame { get; }

    /// <summary>The dataset that holds the attributes of a functional group macro, by the macro's sequence.</summary>
    public DicomDataset Macro(DicomTag sequence) => _perFrame?.GetItem(sequence) ?? _shared?.GetItem(sequence) ?? _dataset;
}
