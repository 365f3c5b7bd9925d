namespace QureHost.Sdk.Studies;

/// <summary>What the samples of a slice mean.</summary>
public enum PixelKind
{
    /// <summary>After the modality LUT: HU for CT, the detector's values for CR and DX. MONOCHROME1 is not inverted.</summary>
    Measured,

    /// <summary>
    /// After the modality and VOI LUT, 0 (black) to 1 (white) on a reading screen: MONOCHROME1 is inverted, colour is
    /// turned into luminance, and where the image has no window its own minimum and maximum are used.
    /// </summary>
    Display,
}

/// <summary>
/// One decoded frame: int16 samples in rows, [y, x]. The value of a sample is
/// <c>sample * Slope + Intercept</c> in <see cref="Unit"/>; for CT slope is 1 and intercept 0 where the data allow.
/// </summary>
public interface ISlice : IDisposable
{
    /// <summary>SOP Instance UID.</summary>
    string SopUid { get; }

    /// <summary>Frame number from 0.</summary>
    int Frame { get; }

    /// <summary>Height in pixels.</summary>
    int Rows { get; }

    /// <summary>Width in pixels.</summary>
    int Columns { get; }

    /// <summary>Where the slice lies in the patient, or null (projection X-ray without geometry).</summary>
    Plane? Plane { get; }

    /// <summary>Pixel spacing in mm, (row, column) order as in (0028,0030), or null. For projections it is at the detector unless calibrated.</summary>
    (double RowMm, double ColumnMm)? Spacing { get; }

    /// <summary>HU, or empty for unitless values.</summary>
    string Unit { get; }

    /// <summary>Value per sample step.</summary>
    double Slope { get; }

    /// <summary>Value of sample 0.</summary>
    double Intercept { get; }

    /// <summary>The stored photometric interpretation was in colour.</summary>
    bool IsColor { get; }

    /// <summary>Rows × Columns samples, row by row, read-only shared memory.</summary>
    ReadOnlyMemory<short> Samples { get; }
}

/// <summary>A point or direction in the patient: mm in LPS (x to the patient's left, y to the back, z to the head).</summary>
public readonly record struct Point3(double X, double Y, double Z)
{
    /// <summary>Sum.</summary>
    public static Point3 operator +(Point3 a, Point3 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>Difference.</summary>
    public static Point3 operator -(Point3 a, Point3 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>Scaled.</summary>
    public static Point3 operator *(Point3 a, double s) => new(a.X * s, a.Y * s, a.Z * s);

    /// <summary>Scalar product.</summary>
    public double Dot(Point3 o) => (X * o.X) + (Y * o.Y) + (Z * o.Z);

    /// <summary>Vector product.</summary>
    public Point3 Cross(Point3 o) => new((Y * o.Z) - (Z * o.Y), (Z * o.X) - (X * o.Z), (X * o.Y) - (Y * o.X));

    /// <summary>Length in mm.</summary>
    public double Length => Math.Sqrt(Dot(this));
}

/// <summary>The plane of a slice (PS3.3 §C.7.6.2.1.1).</summary>
/// <param name="Origin">Image Position (Patient): centre of the first pixel, mm.</param>
/// <param name="Row">Unit vector along a row (increasing column).</param>
/// <param name="Column">Unit vector along a column (increasing row).</param>
/// <param name="RowSpacingMm">Distance between rows.</param>
/// <param name="ColumnSpacingMm">Distance between columns.</param>
/// <param name="FrameOfReference">Frame of Reference UID (0020,0052), or empty.</param>
public sealed record Plane(Point3 Origin, Point3 Row, Point3 Column, double RowSpacingMm, double ColumnSpacingMm, string FrameOfReference)
{
    /// <summary>Unit normal, Row × Column.</summary>
    public Point3 Normal => Row.Cross(Column);

    /// <summary>Patient position of pixel (x = column, y = row), where whole numbers are pixel centres.</summary>
    public Point3 At(double x, double y) => Origin + (Row * (x * ColumnSpacingMm)) + (Column * (y * RowSpacingMm));
}
