using QureHost.Dicom;
using QureHost.Results.Coding;
using QureHost.Results.Modules;
using QureHost.Results.Segmentations;
using QureHost.Sdk.Results;

namespace QureHost.Results.Reports;

/// <summary>The report of a run: Comprehensive SR by template TID 1500, Measurement Report (PS3.16).</summary>
internal static class MeasurementReport
{
    private const int SeriesNumber = 9901;

    /// <summary>
    /// The report of the findings, and where there are segments one of what was measured on them: a document that mixes both kinds
    /// of group (TID 1501 and 1411) is read by the rules of one of them by common tools.
    /// </summary>
    public static IEnumerable<DicomDataset> Build(ResultObjectInput input, SourceImages images, IReadOnlyList<WrittenSegment> segments)
    {
        var findings = new FindingGroups(input, images, segments);
        yield return Document(input, images, "report", 1, "AI findings", findings.Findings(), findings.Referenced, []);
        if (segments.Count == 0)
            yield break;
        var regions = new FindingGroups(input, images, segments);
        yield return Document(input, images, "segments", 2, "AI segment measurements", regions.Segments(), regions.Referenced, segments);
    }

    private static DicomDataset Document(ResultObjectInput input, SourceImages images, string name, int number, string title, List<DicomDataset> groups, IEnumerable<string> referenced, IReadOnlyList<WrittenSegment> segments)
    {
        var status = ResultSummary.StatusOf(input.Results);
        var document = CompositeObject.New(input, SopClasses.ComprehensiveSr, "SR", name, SeriesNumber, number, $"AI findings: {input.ProductName} {input.Run.Version}");
        document.Add(DicomTags.ContentLabel, number == 1 ? "AI_FINDINGS" : "AI_SEGMENTS");
        document.Add(DicomTags.ContentDescription, title);
        document.AddEmpty(DicomTags.ReferencedPerformedProcedureStepSequence);
        document.AddEmpty(DicomTags.PerformedProcedureCodeSequence);
        document.Add(DicomTags.CompletionFlag, status == GateStatus.Refused ? "PARTIAL" : "COMPLETE");
        if (status == GateStatus.Refused)
            document.Add(DicomTags.CompletionFlagDescription, "The product refused to read this study");
        document.Add(DicomTags.VerificationFlag, "UNVERIFIED");
        document.Add(DicomTags.PreliminaryFlag, input.Results.All(r => r.Final) ? "FINAL" : "PRELIMINARY");

        List<DicomDataset> content =
        [
            ContentItem.Coded(Relation.ConceptModifier, Codes.Language, Codes.English),
            .. Observer(input),
            ContentItem.Coded(Relation.ConceptModifier, Codes.ProcedureReported, Codes.ImagingProcedure),
        ];
        if (groups.Count > 0)
            content.Add(ContentItem.Container(Relation.Contains, Codes.ImagingMeasurements, "", [.. Algorithm(input, Relation.ConceptModifier), .. groups]));

        // The texts of this container are contained (TID 1500 row 14), an algorithm's too.
        content.Add(ContentItem.Container(Relation.Contains, Codes.QualitativeEvaluations, "", [.. Evaluations(input, status), .. groups.Count > 0 ? [] : Algorithm(input, Relation.Contains)]));
        ContentItem.Fill(document, Codes.ImagingMeasurementReport, "1500", content);

        if (Evidence(input, images, referenced, segments) is { Count: > 0 } evidence)
        {
            document.AddSequence(DicomTags.CurrentRequestedProcedureEvidenceSequence, new DicomDataset()
                .Add(DicomTags.StudyInstanceUID, input.Run.StudyUid)
                .AddSequence(DicomTags.ReferencedSeriesSequence, evidence));
        }

        return document;
    }

    /// <summary>Algorithm identification (TID 4019) of all that a container holds: the product, with its models by hash.</summary>
    private static IEnumerable<DicomDataset> Algorithm(ResultObjectInput input, string relation) =>
    [
        ContentItem.Text(relation, Codes.AlgorithmName, input.Run.Product),
        ContentItem.Text(relation, Codes.AlgorithmVersion, input.Run.Version),
        .. input.Models.Select(m => ContentItem.Text(relation, Codes.AlgorithmParameters, $"model={m.Name} version={m.Version} sha256={m.Sha256}")),
    ];

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
