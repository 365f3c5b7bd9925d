using System.Collections.Frozen;

namespace QureHost.Dicom;

/// <summary>SOP classes (PS3.4) that the product names; <see cref="IsStorage"/> knows all storage classes.</summary>
public static class SopClasses
{
    public const string Verification = "1.2.840.10008.1.1";
    public const string MediaStorageDirectory = "1.2.840.10008.1.3.10";
    public const string StorageCommitmentPushModel = "1.2.840.10008.1.20.1";
    public const string ModalityWorklistFind = "1.2.840.10008.5.1.4.31";
    public const string PatientRootFind = "1.2.840.10008.5.1.4.1.2.1.1";
    public const string PatientRootMove = "1.2.840.10008.5.1.4.1.2.1.2";
    public const string PatientRootGet = "1.2.840.10008.5.1.4.1.2.1.3";
    public const string StudyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
    public const string StudyRootMove = "1.2.840.10008.5.1.4.1.2.2.2";
    public const string StudyRootGet = "1.2.840.10008.5.1.4.1.2.2.3";

    public const string ComputedRadiographyImage = "1.2.840.10008.5.1.4.1.1.1";
    public const string DigitalXRayImageForPresentation = "1.2.840.10008.5.1.4.1.1.1.1";
    public const string DigitalXRayImageForProcessing = "1.2.840.10008.5.1.4.1.1.1.1.1";
    public const string CtImage = "1.2.840.10008.5.1.4.1.1.2";
    public const string EnhancedCtImage = "1.2.840.10008.5.1.4.1.1.2.1";
    public const string LegacyConvertedEnhancedCtImage = "1.2.840.10008.5.1.4.1.1.2.2";
    public const string MrImage = "1.2.840.10008.5.1.4.1.1.4";
    public const string EnhancedMrImage = "1.2.840.10008.5.1.4.1.1.4.1";
    public const string UltrasoundImage = "1.2.840.10008.5.1.4.1.1.6.1";
    public const string SecondaryCaptureImage = "1.2.840.10008.5.1.4.1.1.7";
    public const string MultiframeTrueColorSecondaryCaptureImage = "1.2.840.10008.5.1.4.1.1.7.4";
    public const string GrayscaleSoftcopyPresentationState = "1.2.840.10008.5.1.4.1.1.11.1";
    public const string Segmentation = "1.2.840.10008.5.1.4.1.1.66.4";
    public const string ParametricMap = "1.2.840.10008.5.1.4.1.1.30";
    public const string BasicTextSr = "1.2.840.10008.5.1.4.1.1.88.11";
    public const string EnhancedSr = "1.2.840.10008.5.1.4.1.1.88.22";
    public const string ComprehensiveSr = "1.2.840.10008.5.1.4.1.1.88.33";
    public const string Comprehensive3DSr = "1.2.840.10008.5.1.4.1.1.88.34";
    public const string KeyObjectSelectionDocument = "1.2.840.10008.5.1.4.1.1.88.59";
    public const string EncapsulatedPdf = "1.2.840.10008.5.1.4.1.1.104.1";
    public const string EncapsulatedCda = "1.2.840.10008.5.1.4.1.1.104.2";

    private const string StoragePrefix = "1.2.840.10008.5.1.4.1.1.";

    private static readonly Lazy<FrozenDictionary<string, string>> Known =
        new(() => StorageClasses.All.ToFrozenDictionary(c => c.Uid, c => c.Name, StringComparer.Ordinal));

    /// <summary>Storage classes of the standard with their names.</summary>
    public static IEnumerable<(string Uid, string Name)> Storage => StorageClasses.All;

    /// <summary>A composite object that C-STORE and STOW-RS carry: known, or below the standard's storage root, or a maker's private class.</summary>
    public static bool IsStorage(string uid)
    {
        ArgumentNullException.ThrowIfNull(uid);
        return uid.StartsWith(StoragePrefix, StringComparison.Ordinal) || Known.Value.ContainsKey(uid)
            || !uid.StartsWith("1.2.840.10008.", StringComparison.Ordinal);
    }

    /// <summary>The standard's name, or null.</summary>
    public static string? NameOf(string uid) => Known.Value.GetValueOrDefault(uid);
}
