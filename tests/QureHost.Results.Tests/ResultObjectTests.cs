using QureHost.Dicom;
using QureHost.Sdk.Results;

namespace QureHost.Results.Tests;

public sealed class ResultObjectTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_run_makes_the_same_bytes()
    {
        var once = await ResultObjectBuilder.BuildAsync(Cases.ChestRun(Cases.ChestResults()), Ct);
        var again = await ResultObjectBuilder.BuildAsync(Cases.ChestRun(Cases.ChestResults()), Ct);

        var retry = await ResultObjectBuilder.BuildAsync(Cases.ChestRun(Cases.ChestResults()) with { Run = Cases.ChestRun().Run with { Attempt = 2 } }, Ct);

        Assert.Equal(2, once.Count);
        Assert.Equal(once.Select(o => o.SopInstanceUid), retry.Select(o => o.SopInstanceUid));
        Assert.Equal(once.Select(o => Convert.ToHexString(o.Part10)), again.Select(o => Convert.ToHexString(o.Part10)));
    }

    [Fact]
    public async Task Another_run_makes_other_objects_that_track_the_same_findings()
    {
        var first = Cases.ChestRun(Cases.ChestResults());
        var second = first with { Run = first.Run with { RunId = "run-0009" } };

        var (a, b) = (await ReportAsync(first), await ReportAsync(second));

        Assert.NotEqual(a.GetString(DicomTags.SOPInstanceUID), b.GetString(DicomTags.SOPInstanceUID));
        Assert.NotEqual(a.GetString(DicomTags.SeriesInstanceUID), b.GetString(DicomTags.SeriesInstanceUID));
        Assert.Equal(Values(a, "112040"), Values(b, "112040"));
        Assert.NotEqual(Values(a, "112040"), Values(await ReportAsync(first with { Run = first.Run with { Site = "other" } }), "112040"));
    }

    [Fact]
    public async Task Every_object_names_its_run_and_is_of_the_patient_and_study()
    {
        foreach (var o in (await ResultObjectBuilder.BuildAsync(Cases.CtRun(Cases.CtResults()), Ct)).Concat(await ResultObjectBuilder.BuildAsync(Cases.CtRun(), Ct)))
        {
            var dataset = DicomFile.Parse(o.Part10).Dataset;
            Assert.Equal("run-0002", ResultObjects.RunIdOf(dataset));
            Assert.Equal(o.SopInstanceUid, dataset.GetString(DicomTags.SOPInstanceUID));
            Assert.Equal(("Müller^Jörg", "P1", Cases.CtStudy, "A1"), (dataset.GetString(DicomTags.PatientName), dataset.GetString(DicomTags.PatientID), dataset.GetString(DicomTags.StudyInstanceUID), dataset.GetString(DicomTags.AccessionNumber)));
            Assert.NotEqual(Cases.CtSeries, dataset.GetString(DicomTags.SeriesInstanceUID));
            var model = dataset.GetItems(DicomTags.ContributingEquipmentSequence)[1];
            Assert.Equal(("cxr-densenet", new string('a', 64)), (model.GetString(DicomTags.ManufacturerModelName), model.GetStrings(DicomTags.SoftwareVersions)[1]));
        }
    }

    [Fact]
    public void An_object_from_outside_has_no_run_and_one_stripped_of_private_elements_keeps_it()
    {
        Assert.Null(ResultObjects.RunIdOf(Cases.Chest));
        var stripped = new DicomDataset().Add(DicomTags.Manufacturer, "QureHost").Add(DicomTags.Modality, "SR").Add(DicomTags.DeviceSerialNumber, "run-7");
        Assert.Equal("run-7", ResultObjects.RunIdOf(stripped));
    }

    [Fact]
    public async Task A_private_block_that_another_maker_took_first_does_not_hide_the_mark()
    {
        var source = (await ReportAsync(Cases.ChestRun())).GetString(new DicomTag(0x0011, 0x1001));
        var moved = new DicomDataset()
            .Add(new DicomTag(0x0011, 0x10), DicomVr.LO, "SOMEBODY ELSE").Add(new DicomTag(0x0011, 0x1001), DicomVr.LO, "not a run")
            .Add(new DicomTag(0x0011, 0x11), DicomVr.LO, "QUREHOST RESULT").Add(new DicomTag(0x0011, 0x1101), DicomVr.LO, source);

        Assert.Equal("run-0001", ResultObjects.RunIdOf(moved));
    }

    [Fact]
    public async Task A_finding_carries_its_code_presence_probability_side_and_measurements()
    {
        var report = await ReportAsync(Cases.ChestRun(Cases.ChestResults()));
        var effusion = Groups(report).Single(g => Values(g, "112039").Single() == "chest-xray/effusion");

        Assert.Equal("RID34539", Values(effusion, "121071").Single());
        Assert.Equal("52101004", Values(effusion, "121052").Single());
        Assert.Equal("87.34", Values(effusion, "122157").Single());
        Assert.Equal("51185008", Values(effusion, "363698007").Single());
        Assert.Equal("24028007", Values(effusion, "272741003").Single());
        Assert.Equal("21.5", Values(effusion, "depth").Single());
        Assert.Equal("41", Values(effusion, "operating_point").Single());
        Assert.Contains($"model=cxr-densenet version=3 sha256={new string('a', 64)}", Values(report, "111002"));
        Assert.Equal(Cases.ChestSop, Values(effusion, "121112").Single());
        Assert.Equal(["52101004", "2667000", "not_assessed", "82334004"], Values(report, "121052"));
        Assert.Equal("granuloma", Values(Groups(report).Single(g => Values(g, "112039").Single() == "chest-xray/granuloma"), "121071").Single());
    }

    [Fact]
    public async Task A_refused_run_gives_a_report_with_its_reasons_and_no_findings()
    {
        var report = await ReportAsync(Cases.ChestRun(new Gate { Id = "gate", Status = GateStatus.Refused, Reasons = ["This is not a chest X-ray."] }));

        Assert.Equal("refused", Values(report, "run_status").Single());
        Assert.Contains("This is not a chest X-ray.", Values(report, "121106"));
        Assert.Empty(Groups(report));
        Assert.Equal("PARTIAL", report.GetString(DicomTags.CompletionFlag));
    }

    [Fact]
    public async Task Drawings_are_moved_by_half_a_pixel_into_dicom_coordinates()
    {
        var report = await ReportAsync(Cases.ChestRun(Cases.ChestResults()));
        var shapes = Items(report).Where(i => i.GetString(DicomTags.ValueType) == "SCOORD").ToList();

        Assert.Equal([10.5, 20.5, 30.5, 20.5, 30.5, 60.5, 10.5, 60.5, 10.5, 20.5], shapes[0].GetDoubles(DicomTags.GraphicData));
        Assert.Equal([.5, .5, 10.5, .5, 10.5, 10.5, .5, .5], shapes[1].GetDoubles(DicomTags.GraphicData));
        Assert.Equal([5.5, 6.5], shapes[2].GetDoubles(DicomTags.GraphicData));
    }

    [Fact]
    public async Task A_labelmap_becomes_frames_per_segment_with_bits_in_order()
    {
        var seg = (await DatasetsAsync(Cases.CtRun(Cases.CtResults()))).Single(d => d.GetString(DicomTags.Modality) == "SEG");

        Assert.Equal(3, seg.GetInt32(DicomTags.NumberOfFrames));
        var bits = Assert.IsType<DicomValue>(seg[DicomTags.PixelData]).Bytes.ToArray();
        var set = Enumerable.Range(0, bits.Length * 8).Where(i => (bits[i / 8] >> (i % 8) & 1) != 0);
        Assert.Equal([0, 1, 35 + 8, 70 + 34], set);
        var frames = seg.GetItems(DicomTags.PerFrameFunctionalGroupsSequence);
        Assert.Equal([1, 1, 2], frames.Select(f => f.GetItems(DicomTags.SegmentIdentificationSequence)[0].GetInt32(DicomTags.ReferencedSegmentNumber)!.Value));
        Assert.Equal([0.0, 5, 10], frames.Select(f => f.GetItems(DicomTags.PlanePositionSequence)[0].GetDoubles(DicomTags.ImagePositionPatient)[2]));
        Assert.Equal([0, 1, 2], frames.Select(f => f.GetItems(DicomTags.DerivationImageSequence)[0].GetItems(DicomTags.SourceImageSequence)[0].GetString(DicomTags.ReferencedSOPInstanceUID)![^1] - '0'));
    }

    [Fact]
    public async Task What_is_measured_on_a_segment_is_in_a_report_of_its_own_that_points_to_it()
    {
        var datasets = await DatasetsAsync(Cases.CtRun(Cases.CtResults()));
        var (seg, report) = (datasets.Single(d => d.GetString(DicomTags.Modality) == "SEG"), datasets.Last(d => d.GetString(DicomTags.Modality) == "SR"));
        var groups = Groups(report);

        Assert.Equal(["head-ct/bleed-mask/subdural_haemorrhage", "head-ct/bleed-mask/cerebral_oedema"], groups.Select(g => Values(g, "112039").Single()));
        Assert.Equal(seg.GetString(DicomTags.SOPInstanceUID), Values(groups[0], "121191").Single());
        Assert.Equal("12.25", Values(groups[0], "volume").Single());
        Assert.Equal([Cases.CtSop(0), Cases.CtSop(1)], Values(groups[0], "121233"));
        Assert.Equal(seg.GetItems(DicomTags.SegmentSequence).Select(s => s.GetString(DicomTags.TrackingUID)), groups.Select(g => Values(g, "112040").Single()));
    }

    [Fact]
    public async Task A_coarse_labelmap_covers_its_image_edge_to_edge()
    {
        var mask = Cases.Labelmap() with { Rows = 1, Columns = 2, Images = [new ImageRef(Cases.CtSop(0))], Data = new byte[] { 0, 1 } };

        var seg = (await DatasetsAsync(Cases.CtRun(mask))).Single(d => d.GetString(DicomTags.Modality) == "SEG");

        Assert.Equal((5, 7), (seg.GetInt32(DicomTags.Rows), seg.GetInt32(DicomTags.Columns)));
        var bits = ((DicomValue)seg[DicomTags.PixelData]!).Bytes.ToArray();
        var columns = Enumerable.Range(0, 35).Where(i => (bits[i / 8] >> (i % 8) & 1) != 0).Select(i => i % 7).Distinct();
        Assert.Equal([3, 4, 5, 6], columns); // the middle column's centre lies on the border and goes right
    }

    [Fact]
    public async Task A_heatmap_is_burned_in_below_a_warning_and_only_for_present_findings()
    {
        var capture = (await DatasetsAsync(Cases.ChestRun(Cases.ChestResults()))).Single(d => d.GetString(DicomTags.Modality) == "OT");
        var absent = Cases.ChestResults().Select(r => r is Finding { Id: "effusion" } f ? f with { Presence = Presence.Absent } : r).ToArray();

        Assert.Equal("YES", capture.GetString(DicomTags.BurnedInAnnotation));
        Assert.Equal("AI overlay — research use, not for diagnosis", capture.GetString(DicomTags.ImageComments));
        Assert.Equal(["DERIVED", "SECONDARY"], capture.GetStrings(DicomTags.ImageType));
        var (rows, columns) = (capture.GetInt32(DicomTags.Rows)!.Value, capture.GetInt32(DicomTags.Columns)!.Value);
        var pixels = ((DicomValue)capture[DicomTags.PixelData]!).Bytes.ToArray();
        var band = rows - 40;
        Assert.InRange(pixels.Take(band * columns * 3).Count(b => b == 255), 500, band * columns);
        Assert.True(pixels[(((rows - 1) * columns) * 3)..][0] > 100, "red where the heat is, in the lower left corner");
        Assert.Equal(0, pixels[((rows * columns) - 1) * 3]);
        Assert.DoesNotContain(await DatasetsAsync(Cases.ChestRun(absent)), d => d.GetString(DicomTags.Modality) == "OT");
    }

    [Fact]
    public async Task References_to_images_outside_the_study_are_not_written()
    {
        var stray = new ImageRef("2.25.999");
        var report = await DatasetsAsync(Cases.ChestRun(
            new Finding { Id = "f", Name = "nodule", Presence = Presence.Present, Images = [stray, new ImageRef(Cases.ChestSop, 7)] },
            new Shape { Id = "s", Form = ShapeForm.Point, Image = stray, Points = [1, 1] },
            new Mask { Id = "m", Form = MaskForm.Labelmap, Images = [stray], Rows = 1, Columns = 1, Segments = ["nodule"], Data = new byte[] { 1 } },
            new Mask { Id = "short", Form = MaskForm.Labelmap, Images = [new ImageRef(Cases.ChestSop)], Rows = 9, Columns = 9, Segments = ["nodule"], Data = new byte[] { 1 } }));

        Assert.Empty(Values(Assert.Single(report), "121112"));
        Assert.False(report[0].Contains(DicomTags.CurrentRequestedProcedureEvidenceSequence));
    }

    private static async Task<List<DicomDataset>> DatasetsAsync(ResultObjectInput input) =>
        [.. (await ResultObjectBuilder.BuildAsync(input, Ct)).Select(o => DicomFile.Parse(o.Part10, new DicomReadOptions { KeepBelow = 1 << 30 }).Dataset)];

    private static async Task<DicomDataset> ReportAsync(ResultObjectInput input) => (await DatasetsAsync(input)).First(d => d.GetString(DicomTags.Modality) == "SR");

    private static IEnumerable<DicomDataset> Items(DicomDataset item) => item.GetItems(DicomTags.ContentSequence).SelectMany(c => new[] { c }.Concat(Items(c)));

    private static List<DicomDataset> Groups(DicomDataset report) => [.. Items(report).Where(i => NameOf(i) == "125007")];

    private static string? NameOf(DicomDataset item) => item.GetItems(DicomTags.ConceptNameCodeSequence).FirstOrDefault() is { } code ? CodeOf(code) : null;

    private static string CodeOf(DicomDataset code) => code.GetString(DicomTags.CodeValue) ?? code.GetString(DicomTags.LongCodeValue)!;

    /// <summary>Values of all content items of a concept, in document order.</summary>
    private static List<string> Values(DicomDataset item, string concept) => [.. Items(item).Where(i => NameOf(i) == concept).Select(i => i.GetString(DicomTags.ValueType) switch
    {
        "TEXT" => i.GetString(DicomTags.TextValue)!,
        "CODE" => CodeOf(i.GetItems(DicomTags.ConceptCodeSequence)[0]),
        "UIDREF" => i.GetString(DicomTags.UID)!,
        "NUM" => i.GetItems(DicomTags.MeasuredValueSequence)[0].GetString(DicomTags.NumericValue)!,
        "IMAGE" => i.GetItems(DicomTags.ReferencedSOPSequence)[0].GetString(DicomTags.ReferencedSOPInstanceUID)!,
        var other => throw new InvalidOperationException(other),
    })];
}
