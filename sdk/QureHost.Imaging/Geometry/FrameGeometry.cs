using QureHost.Dicom;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>Where a frame lies in the patient (PS3.3 §C.7.6.2 and §C.7.6.16.2).</summary>
public static class FrameGeometry
{
    /// <summary>The plane, or null where position, orientation or spacing are missing or make no sense.</summary>
    public static Plane? PlaneOf(FrameAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var position = attributes.Macro(DicomTags.PlanePositionSequence).GetDoubles(DicomTags.ImagePositionPatient);
        var orientation = attributes.Macro(DicomTags.PlaneOrientationSequence).GetDoubles(DicomTags.ImageOrientationPatient);
        var spacing = attributes.Macro(DicomTags.PixelMeasuresSequence).GetDoubles(DicomTags.PixelSpacing);
        if (position.Length != 3 || orientation.Length != 6 || spacing.Length != 2
            || !Array.TrueForAll(position, double.IsFinite) || !Array.TrueForAll(orientation, double.IsFinite) || !(spacing[0] > 0) || !(spacing[1] > 0))
        {
            return null;
        }

        var row = new Point3(orientation[0], orientation[1], orientation[2]);
        var column = new Point3(orientation[3], orientation[4], orientation[5]);
        if (Math.Abs(row.Length - 1) > .05 || Math.Abs(column.Length - 1) > .05 || Math.Abs(row.Dot(column)) > .05)
        {
            return null;
        }

        return new Plane(
            new Point3(position[0], position[1], position[2]),
            row * (1 / row.Length),
            column * (1 / column.Length),
            spacing[0],
            spacing[1],
            attributes.Dataset.GetString(DicomTags.FrameOfReferenceUID) ?? "");
    }

    /// <summary>
    /// Pixel spacing in mm (row, column): Pixel Spacing (0028,0030), else at the detector, Imager Pixel Spacing
    /// (0018,1164), else Nominal Scanned Pixel Spacing (0018,2010).
    /// </summary>
    public static (double RowMm, double ColumnMm)? SpacingOf(FrameAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        foreach (var (dataset, tag) in new[]
        {
            (attributes.Macro(DicomTags.PixelMeasuresSequence), DicomTags.PixelSpacing),
            (attributes.Dataset, DicomTags.ImagerPixelSpacing),
            (attributes.Dataset, DicomTags.NominalScannedPixelSpacing),
        })
        {
            if (dataset.GetDoubles(tag) is [> 0 and var rowMm, > 0 and var columnMm])
            {
                return (rowMm, columnMm);
            }
        }

        return null;
    }
}
