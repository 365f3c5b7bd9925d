using System.Globalization;
using QureHost.Dicom;
using QureHost.Results.Coding;

namespace QureHost.Results.Modules;

/// <summary>What every object of a run shares: patient, study, series, equipment, origin (PS3.3 §C.7, §C.12).</summary>
internal static class CompositeObject
{
    private static readonly DicomTag[] PatientAndStudy =
    [
        DicomTags.PatientName, DicomTags.PatientID, DicomTags.IssuerOfPatientID, DicomTags.PatientBirthDate, DicomTags.PatientSex,
        DicomTags.StudyInstanceUID, DicomTags.StudyDate, DicomTags.StudyTime, DicomTags.ReferringPhysicianName, DicomTags.StudyID,
        DicomTags.AccessionNumber, DicomTags.StudyDescription, DicomTags.PatientAge, DicomTags.PatientSize, DicomTags.PatientWeight,
    ];

    // Type 2: there even where the source says nothing (PS3.3 tables C.7-1 and C.7-3).
    private static readonly DicomTag[] NeverMissing =
    [
        DicomTags.PatientName, DicomTags.PatientID, DicomTags.PatientBirthDate, DicomTags.PatientSex, DicomTags.StudyDate,
        DicomTags.StudyTime, DicomTags.ReferringPhysicianName, DicomTags.StudyID, DicomTags.AccessionNumber,
    ];

    public static DicomDataset New(ResultObjectInput input, string sopClass, string modality, string instanceName, int seriesNumber, int instanceNumber, string description)
    {
        var run = input.Run;
        var at = input.FinishedAt.UtcDateTime;
        var dataset = new DicomDataset();
        dataset.Add(DicomTags.SpecificCharacterSet, "ISO_IR 192");
        CopyPatientAndStudy(input.Source, dataset);
        dataset.Add(DicomTags.StudyInstanceUID, run.StudyUid);
        dataset.Add(DicomTags.SOPClassUID, sopClass);
        dataset.Add(DicomTags.SOPInstanceUID, ResultUids.Instance(run, modality, instanceName));
        dataset.Add(DicomTags.InstanceCreationDate, Date(at));
        dataset.Add(DicomTags.InstanceCreationTime, Time(at));
        dataset.Add(DicomTags.InstanceCreatorUID, ResultUids.Device(run));
        dataset.Add(DicomTags.Modality, modality);
        dataset.Add(DicomTags.SeriesInstanceUID, ResultUids.Series(run, modality));
        dataset.Add(DicomTags.SeriesNumber, seriesNumber);
        dataset.Add(DicomTags.SeriesDate, Date(at));
        dataset.Add(DicomTags.SeriesTime, Time(at));
        dataset.Add(DicomTags.SeriesDescription, Plain.Line(description, 64));
        dataset.Add(DicomTags.InstanceNumber, instanceNumber);
        dataset.Add(DicomTags.ContentDate, Date(at));
        dataset.Add(DicomTags.ContentTime, Time(at));
        AddEquipment(input, dataset);
        ResultObjects.Mark(dataset, Plain.Line(run.RunId, 64), Plain.Line(run.Product, 64), Plain.Line(run.Version, 64));
        return dataset;
    }

    public static string Date(DateTime at) => at.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static string Time(DateTime at) => at.ToString("HHmmss", CultureInfo.InvariantCulture);

    private static void CopyPatientAndStudy(DicomDataset source, DicomDataset target)
    {
        foreach (var tag in PatientAndStudy)
        {
            var values = source.GetStrings(tag);
            if (values.Length > 0 && values.All(v => IsFit(tag, v)))
                target.Add(tag, (ReadOnlySpan<string?>)values);
            else if (NeverMissing.Contains(tag))
                target.AddEmpty(tag);
        }
    }

    /// <summary>A defect of the source is not copied into an object of ours.</summary>
    private static bool IsFit(DicomTag tag, string value) => DicomDictionary.VrOf(tag) switch
    {
        DicomVr.DA => value.Length == 0 || DateTime.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        DicomVr.TM => !value.AsSpan().ContainsAnyExcept("0123456789."),
        DicomVr.CS => value is "" or "M" or "F" or "O",
        DicomVr.AS => value.Length == 4 && value.AsSpan(0, 3).IndexOfAnyExceptInRange('0', '9') < 0 && value[3] is 'D' or 'W' or 'M' or 'Y',
        DicomVr.DS => value.Length <= 16 && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        DicomVr.SH => value.Length <= 16,
        DicomVr.LO => value.Length <= 64,
        DicomVr.PN => value.Split('=').All(g => g.Length <= 64),
        _ => true,
    };

    private static void AddEquipment(ResultObjectInput input, DicomDataset dataset)
    {
        var run = input.Run;
        dataset.Add(DicomTags.Manufacturer, ResultObjects.Manufacturer);
        dataset.Add(DicomTags.ManufacturerModelName, Plain.Line(run.Product, 64));
        dataset.Add(DicomTags.DeviceSerialNumber, Plain.Line(run.RunId, 64));
        dataset.Add(DicomTags.SoftwareVersions, Plain.Line(run.Version, 64));
        dataset.AddSequence(DicomTags.ContributingEquipmentSequence, [Software(run.Product, [run.Version], $"{input.ProductName}, run {run.RunId}", input), .. input.Models.Select(m => Software(m.Name, [m.Version, m.Sha256], $"Model {m.Name} {m.Version}, SHA-256 {m.Sha256}", input))]);
        dataset.AddSequence(DicomTags.CodingSchemeIdentificationSequence, new DicomDataset()
            .Add(DicomTags.CodingSchemeDesignator, Code.OwnScheme)
            .Add(DicomTags.CodingSchemeName, "QureHost finding and measurement names")
            .Add(DicomTags.CodingSchemeResponsibleOrganization, ResultObjects.Manufacturer));
    }

    /// <summary>A hash of 64 digits just fits an LO; it stands beside the version.</summary>
    private static DicomDataset Software(string model, IEnumerable<string> versions, string description, ResultObjectInput input) => new DicomDataset()
        .AddSequence(DicomTags.PurposeOfReferenceCodeSequence, Codes.ProcessingEquipment.ToItem())
        .Add(DicomTags.Manufacturer, ResultObjects.Manufacturer)
        .Add(DicomTags.ManufacturerModelName, Plain.Line(model, 64))
        .Add(DicomTags.SoftwareVersions, (ReadOnlySpan<string?>)[.. versions.Select(v => Plain.Line(v, 64)).Where(v => v.Length > 0)])
        .Add(DicomTags.ContributionDateTime, input.FinishedAt.UtcDateTime.ToString("yyyyMMddHHmmss'+0000'", CultureInfo.InvariantCulture))
        .Add(DicomTags.ContributionDescription, Plain.Line(description, 1024));
}
