using QureHost.Dicom;
using QureHost.Results.Coding;
using QureHost.Results.Modules;
using QureHost.Results.Segmentations;
using QureHost.Sdk.Results;

namespace QureHost.Results.Reports;

/// <summary>
/// Measurement groups of a report: one per finding, drawing and key image (TID 1501) or one per segment (TID 1411), each with
/// a tracking identifier that later runs of the product use again.
/// </summary>
internal sealed class FindingGroups(ResultObjectInput input, SourceImages images, IReadOnlyList<WrittenSegment> segments)
{
    private readonly ILookup<string?, Measurement> _measurements = input.Results.OfType<Measurement>().ToLookup(m => m.Of);
    private readonly Dictionary<string, Finding> _findings = input.Results.OfType<Finding>().GroupBy(f => f.Id).ToDictionary(g => g.Key, g => g.Last());

    /// <summary>SOP Instance UIDs that the groups point to.</summary>
    public HashSet<string> Referenced { get; } = [];

    /// <summary>Groups of findings, drawings, key images and lone measurements.</summary>
    public List<DicomDataset> Findings()
    {
        var groups = new List<DicomDataset>();
        foreach (var finding in input.Results.OfType<Finding>())
            groups.Add(OfFinding(finding));
        foreach (var shape in input.Results.OfType<Shape>().Where(s => images.Has(s.Image) && s.Points.Count >= 2))
            groups.Add(OfShape(shape));
        foreach (var key in input.Results.OfType<KeyImage>().Where(k => images.Has(k.Image)))
            groups.Add(Group("1501", key.Id, null, null, [ContentItem.Text(Relation.Contains, Codes.Comment, key.Why), Source(key.Image)]));

        // Measurements of nothing, or of something that has no group of its own.
        var owners = input.Results.Where(r => r is Finding or Shape).Select(r => r.Id).Concat(segments.Where(s => s.IsFirst).Select(s => s.Mask.Id)).ToHashSet();
        foreach (var measurement in input.Results.OfType<Measurement>().Where(m => m.Of is null || !owners.Contains(m.Of)))
            groups.Add(Group("1501", measurement.Id, null, null, [Number(measurement)]));
        return groups;
    }

    /// <summary>Groups of the segments of labelmaps, with what was measured on them.</summary>
    public List<DicomDataset> Segments() => [.. segments.Select(OfSegment)];

    private DicomDataset OfFinding(Finding finding)
    {
        List<DicomDataset> content = [.. _measurements[finding.Id].Select(Number)];
        if (finding.Probability is { } probability)
            content.Add(ContentItem.Number(Relation.Contains, Codes.Probability, Math.Round(probability * 100, 2), Codes.Percent));
        if (finding.Threshold is { } threshold)
            content.Add(ContentItem.Number(Relation.Contains, Codes.OperatingPoint, Math.Round(threshold * 100, 2), Codes.Percent));
        content.Add(ContentItem.Coded(Relation.Contains, Codes.Presence, Concepts.Presence(finding.Presence)));
        if (finding.Laterality is { } side && Concepts.Site(finding.Name) is null)
            content.Add(ContentItem.Coded(Relation.Contains, Codes.Laterality, Concepts.Side(side)));
        foreach (var text in new[] { finding.Detail, finding.Reason, finding.Critical ? "Critical finding" : null })
        {
            if (!string.IsNullOrWhiteSpace(text))
                content.Add(ContentItem.Text(Relation.Contains, Codes.Comment, text));
        }

        content.AddRange(finding.Images.Where(images.Has).Select(Source));
        return Group("1501", finding.Id, finding.Name, finding, content);
    }

    private DicomDataset OfShape(Shape shape)
    {
        // SDK: 0 is the centre of the first pixel. DICOM: 0.5 is (PS3.3 §C.18.6.1).
        double[] points = [.. shape.Points.Take(shape.Points.Count & ~1).Select(p => p + .5)];
        var type = shape.Form switch { ShapeForm.Point => "POINT", ShapeForm.Line or ShapeForm.Contour or ShapeForm.Box => "POLYLINE", _ => "MULTIPOINT" };
        if (shape.Form == ShapeForm.Point)
            points = points[..2];
        else if (shape.Form == ShapeForm.Box && points.Length >= 4)
            points = [points[0], points[1], points[2], points[1], points[2], points[3], points[0], points[3], points[0], points[1]];
        else if (shape.Form == ShapeForm.Contour && (points[0] != points[^2] || points[1] != points[^1]))
            points = [.. points, points[0], points[1]]; // a closed polyline ends where it began

        Referenced.Add(shape.Image.Sop);
        List<DicomDataset> content = [ContentItem.Region(Codes.SourceOfMeasurement, type, points, images.Reference(shape.Image))];
        content.AddRange(_measurements[shape.Id].Select(Number));
        if (!string.IsNullOrWhiteSpace(shape.Label))
            content.Add(ContentItem.Text(Relation.Contains, Codes.Comment, shape.Label));
        var finding = shape.Of is { } id ? _findings.GetValueOrDefault(id) : null;
        return Group("1501", shape.Id, finding?.Name, finding, content);
    }

    private DicomDataset OfSegment(WrittenSegment segment)
    {
        var reference = new DicomDataset()
            .Add(DicomTags.ReferencedSOPClassUID, SopClasses.Segmentation)
            .Add(DicomTags.ReferencedSOPInstanceUID, segment.SopInstanceUid)
            .Add(DicomTags.ReferencedSegmentNumber, segment.Number);
        List<DicomDataset> content = [ContentItem.Image(Relation.Contains, Codes.ReferencedSegment, reference)];
        foreach (var image in segment.Images)
        {
            Referenced.Add(image.Sop);
            content.Add(ContentItem.Image(Relation.Contains, Codes.SourceImageForSegmentation, images.Reference(image)));
        }

        if (segment.IsFirst)
            content.AddRange(_measurements[segment.Mask.Id].Select(Number));
        var finding = segment.Mask.Of is { } id ? _findings.GetValueOrDefault(id) : null;
        return Group("1411", segment.TrackingId, segment.Name, finding, content);
    }

    private DicomDataset Group(string template, string id, string? findingName, Finding? finding, IEnumerable<DicomDataset> content)
    {
        List<DicomDataset> items =
        [
            ContentItem.Text(Relation.ObservationContext, Codes.TrackingIdentifier, $"{input.Run.Product}/{id}"),
            ContentItem.Uid(Relation.ObservationContext, Codes.TrackingUid, ResultUids.Tracking(input.Run, id)),
        ];
        if (findingName is not null)
        {
            items.Add(ContentItem.Coded(Relation.Contains, Codes.Finding, Concepts.Finding(findingName)));
            if (Concepts.Site(findingName) is { } site)
            {
                DicomDataset[] side = finding?.Laterality is { } l ? [ContentItem.Coded(Relation.ConceptModifier, Codes.Laterality, Concepts.Side(l))] : [];
                items.Add(ContentItem.Coded(Relation.ConceptModifier, Codes.FindingSite, site, side));
            }
        }

        items.AddRange(content);
        return ContentItem.Container(Relation.Contains, Codes.MeasurementGroup, template, items);
    }

    private DicomDataset Number(Measurement measurement)
    {
        var note = string.Join("; ", new[] { measurement.Reference, measurement.Reason }.Where(t => !string.IsNullOrWhiteSpace(t)));
        DicomDataset[] content = note.Length == 0 ? [] : [ContentItem.Text(Relation.ConceptModifier, Codes.Comment, note)];
        return ContentItem.Number(Relation.Contains, Concepts.Measurement(measurement.Name), measurement.Value, Concepts.Unit(measurement.Unit), content);
    }

    private DicomDataset Source(ImageRef image)
    {
        Referenced.Add(image.Sop);
        return ContentItem.Image(Relation.Contains, Codes.SourceOfMeasurement, images.Reference(image));
    }
}
