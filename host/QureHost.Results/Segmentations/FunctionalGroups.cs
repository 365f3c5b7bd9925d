using QureHost.Dicom;
using QureHost.Results.Coding;
using QureHost.Results.Modules;
using QureHost.Sdk.Results;

namespace QureHost.Results.Segmentations;

/// <summary>Multi-frame functional groups and dimensions of a segmentation (PS3.3 §C.7.6.16, §C.7.6.17).</summary>
internal static class FunctionalGroups
{
    public static void Add(DicomDataset dataset, string organization, SourceImages images, Mask mask, IReadOnlyList<SegmentFrame> frames, IReadOnlyList<SliceGeometry?> geometry)
    {
        dataset.AddSequence(DicomTags.DimensionOrganizationSequence, new DicomDataset().Add(DicomTags.DimensionOrganizationUID, organization));
        dataset.AddSequence(
            DicomTags.DimensionIndexSequence,
            Dimension(organization, DicomTags.ReferencedSegmentNumber, DicomTags.SegmentIdentificationSequence, "Segment"),
            Dimension(organization, DicomTags.InStackPositionNumber, DicomTags.FrameContentSequence, "Slice"));

        var shared = new DicomDataset();
        if (geometry[0] is { } first)
        {
            dataset.Add(DicomTags.FrameOfReferenceUID, first.FrameOfReference);
            dataset.AddEmpty(DicomTags.PositionReferenceIndicator);
            var measures = new DicomDataset().Add(DicomTags.PixelSpacing, (ReadOnlySpan<double>)first.Spacing);
            if (first.Thickness is { } thickness)
                measures.Add(DicomTags.SliceThickness, thickness);
            shared.AddSequence(DicomTags.PixelMeasuresSequence, measures);
            shared.AddSequence(DicomTags.PlaneOrientationSequence, new DicomDataset().Add(DicomTags.ImageOrientationPatient, (ReadOnlySpan<double>)first.Orientation));
        }

        dataset.AddSequence(DicomTags.SharedFunctionalGroupsSequence, shared);
        var numbers = frames.Select(f => f.Label).Distinct().Select((label, i) => (label, i + 1)).ToDictionary(p => p.label, p => p.Item2);
        dataset.AddSequence(DicomTags.PerFrameFunctionalGroupsSequence, frames.Select(f => Frame(images, mask.Images[f.Image], f.Image + 1, numbers[f.Label], geometry[f.Image])));
    }

    private static DicomDataset Frame(SourceImages images, ImageRef image, int slice, int segment, SliceGeometry? geometry)
    {
        var source = images.Reference(image)
            .Add(DicomTags.SpatialLocationsPreserved, "YES")
            .AddSequence(DicomTags.PurposeOfReferenceCodeSequence, Codes.SourceImageForProcessing.ToItem());
        var frame = new DicomDataset()
            .AddSequence(DicomTags.DerivationImageSequence, new DicomDataset()
                .AddSequence(DicomTags.DerivationCodeSequence, Codes.Segmentation.ToItem())
                .AddSequence(DicomTags.SourceImageSequence, source))
            .AddSequence(DicomTags.FrameContentSequence, new DicomDataset()
                .Add(DicomTags.StackID, "1")
                .Add(DicomTags.InStackPositionNumber, slice)
                .Add(DicomTags.DimensionIndexValues, segment, slice))
            .AddSequence(DicomTags.SegmentIdentificationSequence, new DicomDataset().Add(DicomTags.ReferencedSegmentNumber, segment));
        if (geometry is not null)
            frame.AddSequence(DicomTags.PlanePositionSequence, new DicomDataset().Add(DicomTags.ImagePositionPatient, (ReadOnlySpan<double>)geometry.Position));
        return frame;
    }

    private static DicomDataset Dimension(string organization, DicomTag index, DicomTag group, string label) => new DicomDataset()
        .Add(DicomTags.DimensionOrganizationUID, organization)
        .AddTags(DicomTags.DimensionIndexPointer, index)
        .AddTags(DicomTags.FunctionalGroupPointer, group)
        .Add(DicomTags.DimensionDescriptionLabel, label);
}
