using QureHost.Dicom;

namespace QureHost.Results;

/// <summary>
/// The mark that objects of ours carry: a private block with the run's id. Whoever forges it only keeps an object from
/// starting a product.
/// </summary>
public static class ResultObjects
{
    /// <summary>Manufacturer (0008,0070) of objects that a run wrote.</summary>
    public const string Manufacturer = "QureHost";

    private const string PrivateCreator = "QUREHOST RESULT";
    private const ushort PrivateGroup = 0x0011;
    private const ushort RunIdElement = 0x01;
    private const ushort ProductElement = 0x02;
    private const ushort VersionElement = 0x03;

    /// <summary>
    /// The id of the run that wrote an object, or null for an object from outside. An object that lost its private
    /// elements on a way through another archive is known by its equipment, whose serial number is the run.
    /// </summary>
    public static string? RunIdOf(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        for (ushort block = 0x10; block <= 0xFF; block++)
        {
            if (dataset.GetString(new DicomTag(PrivateGroup, block)) == PrivateCreator)
                return dataset.GetString(new DicomTag(PrivateGroup, (ushort)((block << 8) | RunIdElement)));
        }

        return dataset.GetString(DicomTags.Manufacturer) == Manufacturer && dataset.GetString(DicomTags.Modality) is "SR" or "SEG" or "OT"
            ? dataset.GetString(DicomTags.DeviceSerialNumber)
            : null;
    }

    internal static void Mark(DicomDataset dataset, string runId, string product, string version)
    {
        const ushort block = 0x10;
        dataset.Add(new DicomTag(PrivateGroup, block), DicomVr.LO, PrivateCreator);
        dataset.Add(new DicomTag(PrivateGroup, (block << 8) | RunIdElement), DicomVr.LO, runId);
        dataset.Add(new DicomTag(PrivateGroup, (block << 8) | ProductElement), DicomVr.LO, product);
        dataset.Add(new DicomTag(PrivateGroup, (block << 8) | VersionElement), DicomVr.LO, version);
    }
}
