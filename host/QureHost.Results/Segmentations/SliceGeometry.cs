using QureHost.Dicom;

namespace QureHost.Results.Segmentations;

/// <summary>Where a frame lies in the patient, as the source writes it (PS3.3 §C.7.6.2, §C.7.6.16.2.3).</summary>
internal sealed record SliceGeometry(double[] Position, double[] Orientation, double[] Spacing, double? Thickness, string FrameOfReference)
{
    /// <summary>Shares orientation, spacing and frame of reference: one stack.</summary>
    public bool IsParallelTo(SliceGeometry other) => FrameOfReference == other.FrameOfReference
        && Near(Orientation, other.Orientation, 1e-4) && Near(Spacing, other.Spacing, 1e-4 * other.Spacing[0]);

    /// <summary>Geometry of frame <paramref name="frame"/> from 0, or null where the source has none.</summary>
    public static SliceGeometry? Of(DicomDataset image, int frame)
    {
        var position = Numbers(image, frame, DicomTags.PlanePositionSequence, DicomTags.ImagePositionPatient, 3);
        var orientation = Numbers(image, frame, DicomTags.PlaneOrientationSequence, DicomTags.ImageOrientationPatient, 6);
        var spacing = Numbers(image, frame, DicomTags.PixelMeasuresSequence, DicomTags.PixelSpacing, 2);
        var thickness = Numbers(image, frame, DicomTags.PixelMeasuresSequence, DicomTags.SliceThickness, 1);
        return position is not null && orientation is not null && spacing is not null && image.GetString(DicomTags.FrameOfReferenceUID) is { } reference
            ? new SliceGeometry(position, orientation, spacing, thickness?[0], reference)
            : null;
    }

    private static bool Near(double[] a, double[] b, double tolerance) => a.Zip(b).All(p => Math.Abs(p.First - p.Second) <= tolerance);

    private static double[]? Numbers(DicomDataset image, int frame, DicomTag macro, DicomTag attribute, int count)
    {
        var frames = image.GetItems(DicomTags.PerFrameFunctionalGroupsSequence);
        var holder = (frame < frames.Count ? frames[frame].GetItems(macro).FirstOrDefault() : null)
            ?? image.GetItems(DicomTags.SharedFunctionalGroupsSequence).FirstOrDefault()?.GetItems(macro).FirstOrDefault()
            ?? image;
        var values = holder.GetDoubles(attribute);
        return values.Length == count && values.All(double.IsFinite) ? values : null;
    }
}
