using QureHost.Dicom;
using QureHost.Results.Coding;
using QureHost.Results.Modules;
using QureHost.Results.Segmentations;
using QureHost.Sdk.Results;

namespace QureHost.Results.Reports;

/// <summary>The report of a run: a Comprehensive SR by template TID 1500, Measurement Report (PS3.16).</summary>
internal static class MeasurementReport
{
    private const int SeriesNumber = 9901;

    public static DicomDataset Build(ResultObjectInput input, SourceImages images, IReadOnlyList<WrittenSegment> segments)
    {
        var status = ResultSummary.StatusOf(input.Results);
        var document = CompositeObject.New(input, SopClasses.ComprehensiveSr, "SR", "report", SeriesNumber, 1, $"AI findings: {input.ProductName} {input.Run.Version}");
        document.AddEmpty(DicomTags.ReferencedPerformedProcedureStepSequence);
        document.AddEmpty(DicomTags.PerformedProcedureCodeSequence);
        document.Add(DicomTags.CompletionFlag, status == GateStatus.Refused ? "PARTIAL" : "COMPLETE");
        if (status == GateStatus.Refused)
            document.Add(DicomTags.CompletionFlagDescription, "The product refused to read this study");
        document.Add(DicomTags.VerificationFlag, "UNVERIFIED");
        document.Add(DicomTags.PreliminaryFlag, input.Results.All(r => r.Final) ? "FINAL" : "PRELIMINARY");

        var groups = new FindingGroups(input, images, segments);
        var measured = groups.Build();
        List<DicomDataset> content =
        [
            ContentItem.Coded(Relation.ConceptModifier, Codes.Language, Codes.English),
            .. Observer(input),
            ContentItem.Coded(Relation.ConceptModifier, Codes.ProcedureReported, Codes.ImagingProcedure),
        ];
        if (measured.Count > 0)
            content.Add(ContentItem.Container(Relation.Contains, Codes.ImagingMeasurements, "", measured));
        content.Add(ContentItem.Container(Relation.Contains, Codes.QualitativeEvaluations, "", Evaluations(input, status)));
        ContentItem.Fill(document, Codes.ImagingMeasurementReport, "1500", content);

        if (Evidence(input, images, groups.Referenced, segments) is { Count: > 0 } evidence)
        {
            document.AddSequence(DicomTags.CurrentRequestedProcedureEvidenceSequence, new DicomDataset()
                .Add(DicomTags.StudyInstanceUID, input.Run.StudyUid)
                .AddSequence(DicomTags.ReferencedSeriesSequence, evidence));
        }

        return document;
    }

    /// <summary>Device observer (TID 1004).</summary>
    private static IEnumerable<DicomDataset> Observer(ResultObjectInput input) =>
    [
        ContentItem.Coded(Relation.ObservationContext, Codes.ObserverType, Codes.Device),
        ContentItem.Uid(Relation.ObservationContext, Codes.DeviceObserverUid, ResultUids.Device(input.Run)),
        ContentItem.Text(Relation.ObservationContext, Codes.DeviceObserverName, input.ProductName),
        ContentItem.Text(Relation.ObservationContext, Codes.DeviceObserverManufacturer, ResultObjects.Manufacturer),
        ContentItem.Text(Relation.ObservationContext, Codes.DeviceObserverModel, $"{input.Run.Product} {input.Run.Version}"),
        ContentItem.Text(Relation.ObservationContext, Codes.DeviceObserverSerial, input.Run.RunId),
    ];

    private static IEnumerable<DicomDataset> Evaluations(ResultObjectInput input, GateStatus status)
    {
        yield return ContentItem.Coded(Relation.Contains, Codes.RunStatus, Concepts.Status(status));
        foreach (var reason in ResultSummary.ReasonsOf(input.Results).Where(r => !string.IsNullOrWhiteSpace(r)))
            yield return ContentItem.Text(Relation.Contains, Codes.Comment, reason);
        foreach (var text in input.Results.OfType<ReportText>().Where(t => !string.IsNullOrWhiteSpace(t.Text)))
            yield return ContentItem.Text(Relation.Contains, Section(text.Section), text.Text);
    }

    private static Code Section(string section) => section switch
    {
        "findings" => Codes.Findings,
        "impression" => Codes.Impression,
        _ => Codes.Comment,
    };

    /// <summary>Everything that the content refers to, by series (PS3.3 §C.17.2.3).</summary>
    private static List<DicomDataset> Evidence(ResultObjectInput input, SourceImages images, IEnumerable<string> sops, IReadOnlyList<WrittenSegment> segments)
    {
        var series = new List<DicomDataset>();
        foreach (var source in images.BySeries(sops))
        {
            series.Add(new DicomDataset()
                .Add(DicomTags.SeriesInstanceUID, source.GetString(DicomTags.SeriesInstanceUID))
                .AddSequence(DicomTags.ReferencedSOPSequence, source.GetItems(DicomTags.ReferencedInstanceSequence)));
        }

        if (segments.Count > 0)
        {
            series.Add(new DicomDataset()
                .Add(DicomTags.SeriesInstanceUID, ResultUids.Series(input.Run, "SEG"))
                .AddSequence(DicomTags.ReferencedSOPSequence, segments.Select(s => s.SopInstanceUid).Distinct().Select(uid => new DicomDataset()
                    .Add(DicomTags.ReferencedSOPClassUID, SopClasses.Segmentation)
                    .Add(DicomTags.ReferencedSOPInstanceUID, uid))));
        }

        return series;
    }
}
