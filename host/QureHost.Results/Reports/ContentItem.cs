using QureHost.Dicom;
using QureHost.Results.Coding;

namespace QureHost.Results.Reports;

/// <summary>Relationship of a content item to its parent (PS3.3 table C.17.3-8).</summary>
internal static class Relation
{
    public const string Contains = "CONTAINS";
    public const string ConceptModifier = "HAS CONCEPT MOD";
    public const string ObservationContext = "HAS OBS CONTEXT";
    public const string SelectedFrom = "SELECTED FROM";
}

/// <summary>Makes content items of a structured report (PS3.3 §C.17.3).</summary>
internal static class ContentItem
{
    public static DicomDataset Container(string relation, Code name, string template, IEnumerable<DicomDataset> content)
    {
        var item = Root(name, template, content);
        item.Add(DicomTags.RelationshipType, relation);
        return item;
    }

    /// <summary>A container without a relationship: the document's root.</summary>
    public static DicomDataset Root(Code name, string template, IEnumerable<DicomDataset> content)
    {
        var item = new DicomDataset();
        Fill(item, name, template, content);
        return item;
    }

    /// <summary>Makes a dataset the root container.</summary>
    public static void Fill(DicomDataset dataset, Code name, string template, IEnumerable<DicomDataset> content)
    {
        dataset.Add(DicomTags.ValueType, "CONTAINER");
        dataset.AddSequence(DicomTags.ConceptNameCodeSequence, name.ToItem());
        dataset.Add(DicomTags.ContinuityOfContent, "SEPARATE");
        if (template.Length > 0)
            dataset.AddSequence(DicomTags.ContentTemplateSequence, new DicomDataset().Add(DicomTags.MappingResource, "DCMR").Add(DicomTags.TemplateIdentifier, template));
        dataset.AddSequence(DicomTags.ContentSequence, content);
    }

    public static DicomDataset Text(string relation, Code name, string text) =>
        Item(relation, "TEXT", name).Add(DicomTags.TextValue, text.Trim());

    public static DicomDataset Coded(string relation, Code name, Code value, params DicomDataset[] content)
    {
        var item = Item(relation, "CODE", name).AddSequence(DicomTags.ConceptCodeSequence, value.ToItem());
        return content.Length == 0 ? item : item.AddSequence(DicomTags.ContentSequence, content);
    }

    public static DicomDataset Uid(string relation, Code name, string uid) => Item(relation, "UIDREF", name).Add(DicomTags.UID, uid);

    public static DicomDataset Number(string relation, Code name, double value, Code unit, params DicomDataset[] content)
    {
        var measured = new DicomDataset()
            .Add(DicomTags.NumericValue, value)
            .Add(DicomTags.FloatingPointValue, value)
            .AddSequence(DicomTags.MeasurementUnitsCodeSequence, unit.ToItem());
        var item = Item(relation, "NUM", name).AddSequence(DicomTags.MeasuredValueSequence, measured);
        return content.Length == 0 ? item : item.AddSequence(DicomTags.ContentSequence, content);
    }

    public static DicomDataset Image(string relation, Code? name, DicomDataset reference) =>
        Item(relation, "IMAGE", name).AddSequence(DicomTags.ReferencedSOPSequence, reference);

    /// <summary>Graphics on an image, in pixels from its upper left corner: the centre of the first pixel is 0.5, 0.5.</summary>
    public static DicomDataset Region(Code name, string graphicType, ReadOnlySpan<double> points, DicomDataset image) =>
        Item(Relation.Contains, "SCOORD", name)
            .Add(DicomTags.GraphicType, graphicType)
            .Add(DicomTags.GraphicData, points)
            .AddSequence(DicomTags.ContentSequence, Image(Relation.SelectedFrom, null, image));

    private static DicomDataset Item(string relation, string valueType, Code? name)
    {
        var item = new DicomDataset().Add(DicomTags.RelationshipType, relation).Add(DicomTags.ValueType, valueType);
        return name is null ? item : item.AddSequence(DicomTags.ConceptNameCodeSequence, name.ToItem());
    }
}
