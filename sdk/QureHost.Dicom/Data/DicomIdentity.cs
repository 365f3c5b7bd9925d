namespace QureHost.Dicom;

/// <summary>The four UIDs that make a dataset a storable composite object.</summary>
/// <param name="StudyUid">Study Instance UID.</param>
/// <param name="SeriesUid">Series Instance UID.</param>
/// <param name="SopClassUid">SOP Class UID.</param>
/// <param name="SopInstanceUid">SOP Instance UID.</param>
/// <param name="Warnings">UIDs that break PS3.5 §9.1 but can still be keys.</param>
public sealed record DicomIdentity(string StudyUid, string SeriesUid, string SopClassUid, string SopInstanceUid, IReadOnlyList<string> Warnings)
{
    /// <summary>Reads the identity; <paramref name="problem"/> says, fit for a sender, why there is none.</summary>
    public static bool TryRead(DicomDataset dataset, out DicomIdentity identity, out string problem)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        identity = null!;
        List<string>? warnings = null;
        if (!Uid(dataset, DicomTags.SOPClassUID, "SOP Class UID", ref warnings, out var sopClass, out problem)
            || !Uid(dataset, DicomTags.SOPInstanceUID, "SOP Instance UID", ref warnings, out var sop, out problem)
            || !Uid(dataset, DicomTags.StudyInstanceUID, "Study Instance UID", ref warnings, out var study, out problem)
            || !Uid(dataset, DicomTags.SeriesInstanceUID, "Series Instance UID", ref warnings, out var series, out problem))
        {
            return false;
        }

        if (!SopClasses.IsStorage(sopClass))
        {
            problem = sopClass == SopClasses.MediaStorageDirectory
                ? "This is a media directory (DICOMDIR), not an object to store."
                : $"SOP class {sopClass} is not a storage class.";
            return false;
        }

        identity = new DicomIdentity(study, series, sopClass, sop, warnings ?? (IReadOnlyList<string>)[]);
        return true;
    }

    private static bool Uid(DicomDataset dataset, DicomTag tag, string name, ref List<string>? warnings, out string uid, out string problem)
    {
        uid = dataset.GetString(tag) ?? "";
        problem = "";
        if (uid.Length == 0)
        {
            problem = $"{name} {tag} is missing.";
            return false;
        }

        if (DicomUid.IsValid(uid))
        {
            return true;
        }

        if (!DicomUid.IsUsable(uid))
        {
            problem = $"{name} {tag} is no UID.";
            return false;
        }

        (warnings ??= []).Add($"{name} {tag} breaks the rules for UIDs (PS3.5 §9.1).");
        return true;
    }
}
