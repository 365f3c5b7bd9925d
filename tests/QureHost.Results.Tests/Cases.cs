using QureHost.Dicom;
using QureHost.Sdk;
using QureHost.Sdk.Results;
using QureHost.Testing;

namespace QureHost.Results.Tests;

/// <summary>Runs to write: a real chest X-ray with a heatmap, and a small CT with geometry and a labelmap.</summary>
internal static class Cases
{
    public const string CtStudy = "2.25.1001";
    public const string CtSeries = "2.25.1002";
    public const int CtSlices = 3;

    private static readonly string Hash = new('a', 64);

    public static DicomDataset Chest { get; } = DicomFile.Parse(File.ReadAllBytes(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray", "effusion.dcm"))).Dataset;

    public static string ChestSop => Chest.GetString(DicomTags.SOPInstanceUID)!;

    public static string CtSop(int slice) => $"2.25.2000{slice}";

    public static ResultObjectInput ChestRun(params Result[] results) => new()
    {
        Run = new RunInfo("run-0001", 1, "chest-xray", "0.1.0", "default", Chest.GetString(DicomTags.StudyInstanceUID)!),
        ProductName = "Chest X-ray",
        Models = [new ModelUsed("cxr-densenet", "3", Hash)],
        Results = results,
        FinishedAt = new DateTimeOffset(2026, 11, 25, 9, 30, 15, TimeSpan.Zero),
        Source = Chest,
        InstanceOf = sop => sop == ChestSop ? Chest : null,
        GreyOf = (_, _) => new(new GreyImage(40, 400, new byte[40 * 400])),
    };

    public static Result[] ChestResults() =>
    [
        new Gate { Id = "gate", Status = GateStatus.Qualified, Reasons = ["The view is not stated in the image: \\ read as frontal."] },
        new Finding { Id = "effusion", Name = "pleural_effusion", Presence = Presence.Present, Probability = .8734, Threshold = .41, Laterality = Laterality.Right, Critical = true, Detail = "right lower zone", Images = [new ImageRef(ChestSop)] },
        new Finding { Id = "nodule", Name = "nodule", Presence = Presence.Absent, Probability = .02 },
        new Finding { Id = "hernia", Name = "hiatal_hernia", Presence = Presence.NotAssessed, Reason = "too few training cases" },
        new Finding { Id = "granuloma", Name = "granuloma", Presence = Presence.Indeterminate, Laterality = Laterality.Bilateral },
        new Measurement { Id = "ctr", Name = "cardiothoracic_ratio", Value = .47, Unit = "1", Reference = "below 0.50 on a PA film" },
        new Measurement { Id = "depth", Of = "effusion", Name = "depth", Value = 21.5, Unit = "mm", Reason = "uncalibrated detector" },
        new Mask { Id = "heat-effusion", Of = "effusion", Form = MaskForm.Heatmap, Images = [new ImageRef(ChestSop)], Rows = 2, Columns = 2, Segments = ["pleural_effusion"], Data = new byte[] { 0, 0, 255, 0 } },
        new Shape { Id = "box", Of = "effusion", Form = ShapeForm.Box, Image = new ImageRef(ChestSop), Points = [10, 20, 30, 60], Label = "effusion" },
        new Shape { Id = "contour", Form = ShapeForm.Contour, Image = new ImageRef(ChestSop), Points = [0, 0, 10, 0, 10, 10] },
        new Shape { Id = "point", Of = "nodule", Form = ShapeForm.Point, Image = new ImageRef(ChestSop), Points = [5, 6] },
        new KeyImage { Id = "key", Image = new ImageRef(ChestSop), Why = "shows the effusion" },
        new ReportText { Id = "text", Section = "impression", Text = "Right pleural effusion.\nNo nodule. Größe: 21 mm" },
    ];

    public static DicomDataset Ct(int slice) => new DicomDataset()
        .Add(DicomTags.SpecificCharacterSet, "ISO_IR 192")
        .Add(DicomTags.SOPClassUID, SopClasses.CtImage).Add(DicomTags.SOPInstanceUID, CtSop(slice))
        .Add(DicomTags.StudyInstanceUID, CtStudy).Add(DicomTags.SeriesInstanceUID, CtSeries)
        .Add(DicomTags.PatientName, "Müller^Jörg").Add(DicomTags.PatientID, "P1").Add(DicomTags.PatientSex, "M").Add(DicomTags.PatientBirthDate, "19600101")
        .Add(DicomTags.StudyDate, "20261125").Add(DicomTags.StudyTime, "080000").Add(DicomTags.Modality, "CT").Add(DicomTags.AccessionNumber, "A1")
        .Add(DicomTags.FrameOfReferenceUID, "2.25.1003").Add(DicomTags.Rows, 5).Add(DicomTags.Columns, 7)
        .Add(DicomTags.ImagePositionPatient, -10.0, -20.0, 5.0 * slice).Add(DicomTags.ImageOrientationPatient, 1.0, 0, 0, 0, 1, 0)
        .Add(DicomTags.PixelSpacing, .5, .5).Add(DicomTags.SliceThickness, 5.0);

    public static ResultObjectInput CtRun(params Result[] results)
    {
        var slices = Enumerable.Range(0, CtSlices).Select(Ct).ToDictionary(d => d.GetString(DicomTags.SOPInstanceUID)!);
        return ChestRun(results) with
        {
            Run = new RunInfo("run-0002", 1, "head-ct", "0.1.0", "default", CtStudy),
            ProductName = "Head CT",
            Source = slices[CtSop(0)],
            InstanceOf = sop => slices.GetValueOrDefault(sop),
        };
    }

    /// <summary>5 × 7 labels on three slices: haemorrhage on the first two, oedema on the last, one pixel each but the first.</summary>
    public static Mask Labelmap()
    {
        var data = new byte[CtSlices * 35];
        (data[0], data[1], data[35 + 8], data[70 + 34]) = (1, 1, 1, 2);
        return new Mask { Id = "bleed-mask", Of = "bleed", Form = MaskForm.Labelmap, Images = [.. Enumerable.Range(0, CtSlices).Select(i => new ImageRef(CtSop(i)))], Rows = 5, Columns = 7, Segments = ["subdural_haemorrhage", "cerebral_oedema"], Data = data };
    }

    public static Result[] CtResults() =>
    [
        new Gate { Id = "gate", Status = GateStatus.Ok },
        new Finding { Id = "bleed", Name = "subdural_haemorrhage", Presence = Presence.Present, Probability = .99, Laterality = Laterality.Left, Critical = true, Images = [new ImageRef(CtSop(0)), new ImageRef(CtSop(1))] },
        new Finding { Id = "ivh", Name = "intraventricular_haemorrhage", Presence = Presence.Absent },
        new Measurement { Id = "volume", Of = "bleed-mask", Name = "volume", Value = 12.25, Unit = "ml" },
        new Measurement { Id = "shift", Name = "midline_shift_distance", Value = 3.5, Unit = "mm" },
        Labelmap(),
    ];
}
