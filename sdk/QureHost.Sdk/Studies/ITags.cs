namespace QureHost.Sdk.Studies;

/// <summary>
/// Attributes of a study or an instance, by tag number 0xGGGGEEEE (see <see cref="TagNumbers"/>). Bulk data is not here.
/// </summary>
public interface ITags
{
    /// <summary>The attribute is there, even if empty.</summary>
    bool Has(uint tag);

    /// <summary>The first value as text, trimmed, or null where absent or empty.</summary>
    string? Text(uint tag);

    /// <summary>All values as text.</summary>
    IReadOnlyList<string> Texts(uint tag);

    /// <summary>The first value as a number, or null where absent or not a number.</summary>
    double? Number(uint tag);

    /// <summary>All values as numbers; values that are no numbers are NaN.</summary>
    IReadOnlyList<double> Numbers(uint tag);

    /// <summary>The items of a sequence.</summary>
    IReadOnlyList<ITags> Items(uint tag);
}

/// <summary>Tags that products often read (PS3.6).</summary>
public static class TagNumbers
{
#pragma warning disable CS1591 // each name is the attribute's keyword in PS3.6
    public const uint ImageType = 0x00080008;
    public const uint SopClassUid = 0x00080016;
    public const uint SopInstanceUid = 0x00080018;
    public const uint StudyDate = 0x00080020;
    public const uint AccessionNumber = 0x00080050;
    public const uint Modality = 0x00080060;
    public const uint ConversionType = 0x00080064;
    public const uint Manufacturer = 0x00080070;
    public const uint StudyDescription = 0x00081030;
    public const uint SeriesDescription = 0x0008103E;
    public const uint ManufacturerModelName = 0x00081090;
    public const uint PatientId = 0x00100020;
    public const uint PatientBirthDate = 0x00100030;
    public const uint PatientSex = 0x00100040;
    public const uint PatientAge = 0x00101010;
    public const uint ContrastBolusAgent = 0x00180010;
    public const uint BodyPartExamined = 0x00180015;
    public const uint SliceThickness = 0x00180050;
    public const uint Kvp = 0x00180060;
    public const uint GantryDetectorTilt = 0x00181120;
    public const uint ConvolutionKernel = 0x00181210;
    public const uint ViewPosition = 0x00185101;
    public const uint StudyInstanceUid = 0x0020000D;
    public const uint SeriesInstanceUid = 0x0020000E;
    public const uint SeriesNumber = 0x00200011;
    public const uint InstanceNumber = 0x00200013;
    public const uint PatientOrientation = 0x00200020;
    public const uint ImagePositionPatient = 0x00200032;
    public const uint ImageOrientationPatient = 0x00200037;
    public const uint FrameOfReferenceUid = 0x00200052;
    public const uint ImageLaterality = 0x00200062;
    public const uint SamplesPerPixel = 0x00280002;
    public const uint PhotometricInterpretation = 0x00280004;
    public const uint NumberOfFrames = 0x00280008;
    public const uint Rows = 0x00280010;
    public const uint Columns = 0x00280011;
    public const uint PixelSpacing = 0x00280030;
    public const uint BurnedInAnnotation = 0x00280301;
    public const uint PresentationLutShape = 0x20500020;
#pragma warning restore CS1591
}
