using QureHost.Dicom;
using QureHost.Sdk.Results;

namespace QureHost.Results.Modules;

/// <summary>The study's instances that results point to, and how they are referenced.</summary>
internal sealed class SourceImages(ResultObjectInput input)
{
    private readonly Dictionary<string, DicomDataset?> _known = [];

    /// <summary>An instance of this study, or null: a reference to something else is not written.</summary>
    public DicomDataset? this[string sop]
    {
        get
        {
            if (!_known.TryGetValue(sop, out var dataset))
            {
                dataset = input.InstanceOf(sop);
                if (dataset?.GetString(DicomTags.StudyInstanceUID) != input.Run.StudyUid || dataset.GetString(DicomTags.SOPInstanceUID) != sop || dataset.GetString(DicomTags.SeriesInstanceUID) is null)
                    dataset = null;
                _known[sop] = dataset;
            }

            return dataset;
        }
    }

    public bool Has(ImageRef image) => this[image.Sop] is { } dataset && image.Frame >= 0 && image.Frame < Math.Max(1, dataset.GetInt32(DicomTags.NumberOfFrames) ?? 1);

    /// <summary>Class, instance and, for a multi-frame image, frame (PS3.3 table 10-3).</summary>
    public DicomDataset Reference(ImageRef image)
    {
        var dataset = this[image.Sop]!;
        var item = new DicomDataset()
            .Add(DicomTags.ReferencedSOPClassUID, dataset.GetString(DicomTags.SOPClassUID))
            .Add(DicomTags.ReferencedSOPInstanceUID, image.Sop);
        if (dataset.Contains(DicomTags.NumberOfFrames))
            item.Add(DicomTags.ReferencedFrameNumber, image.Frame + 1);
        return item;
    }

    /// <summary>Referenced Series Sequence over instances of the study (PS3.3 §C.12.2).</summary>
    public IEnumerable<DicomDataset> BySeries(IEnumerable<string> sops) =>
        from sop in sops.Distinct()
        let dataset = this[sop]
        where dataset is not null
        group Instance(dataset, sop) by dataset.GetString(DicomTags.SeriesInstanceUID)! into series
        select new DicomDataset().Add(DicomTags.SeriesInstanceUID, series.Key).AddSequence(DicomTags.ReferencedInstanceSequence, series);

    private static DicomDataset Instance(DicomDataset dataset, string sop) => new DicomDataset()
        .Add(DicomTags.ReferencedSOPClassUID, dataset.GetString(DicomTags.SOPClassUID))
        .Add(DicomTags.ReferencedSOPInstanceUID, sop);
}
