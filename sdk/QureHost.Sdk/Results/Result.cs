using System.Text.Json.Serialization;

namespace QureHost.Sdk.Results;

/// <summary>Whether a finding is there. "Ran, nothing found", "not attempted" and "not suitable" are different states (PS3.17 §F.3.1).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Presence>))]
public enum Presence
{
    /// <summary>Found.</summary>
    Present,

    /// <summary>Looked for and not found.</summary>
    Absent,

    /// <summary>Looked for without a decision.</summary>
    Indeterminate,

    /// <summary>Not looked for: out of the model's domain, or the model is missing or too weak.</summary>
    NotAssessed,
}

/// <summary>How far an input suits a product.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GateStatus>))]
public enum GateStatus
{
    /// <summary>Suited.</summary>
    Ok,

    /// <summary>Read with reservations, which the reasons name.</summary>
    Qualified,

    /// <summary>Not read; the reasons say why. A refused run publishes no findings.</summary>
    Refused,
}

/// <summary>Side of the patient.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Laterality>))]
public enum Laterality
{
    /// <summary>The patient's left.</summary>
    Left,

    /// <summary>The patient's right.</summary>
    Right,

    /// <summary>Both sides.</summary>
    Bilateral,

    /// <summary>In the midline.</summary>
    Midline,
}

/// <summary>Image coordinates belong to a frame of an instance.</summary>
/// <param name="Sop">SOP Instance UID.</param>
/// <param name="Frame">Frame number from 0.</param>
public sealed record ImageRef(string Sop, int Frame = 0);

/// <summary>
/// What a product says about a study. <see cref="Id"/> is chosen by the product and stable across attempts and
/// reruns (a tracking identifier): publishing it again replaces what was said.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Gate), "gate")]
[JsonDerivedType(typeof(Finding), "finding")]
[JsonDerivedType(typeof(Measurement), "measurement")]
[JsonDerivedType(typeof(Shape), "shape")]
[JsonDerivedType(typeof(Mask), "mask")]
[JsonDerivedType(typeof(KeyImage), "keyImage")]
[JsonDerivedType(typeof(ReportText), "reportText")]
public abstract record Result
{
    /// <summary>Unique within the product's results on the study: 1 to 64 of <c>a-z 0-9 . _ -</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The <see cref="Id"/> of the result that this one belongs to: a measurement of a finding, a mask of a finding.</summary>
    public string? Of { get; init; }

    /// <summary>False for a preliminary result, which a later one of the same id replaces.</summary>
    public bool Final { get; init; } = true;
}

/// <summary>The quality gate's verdict on the study or on one image of it.</summary>
public sealed record Gate : Result
{
    /// <summary>The verdict.</summary>
    public required GateStatus Status { get; init; }

    /// <summary>Why, in sentences for a reader. Required unless the status is Ok.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The image judged, or null for the whole study.</summary>
    public ImageRef? Image { get; init; }
}

/// <summary>A finding of the vocabulary.</summary>
public sealed record Finding : Result
{
    /// <summary>Name in the vocabulary, for instance <c>pleural_effusion</c>. Its names are listed in <c>Vocabulary/FindingNames</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is there.</summary>
    public required Presence Presence { get; init; }

    /// <summary>Calibrated probability 0..1, or null where the product has none.</summary>
    public double? Probability { get; init; }

    /// <summary>The operating point that the decision used, 0..1, or null.</summary>
    public double? Threshold { get; init; }

    /// <summary>Side, where it applies and is known.</summary>
    public Laterality? Laterality { get; init; }

    /// <summary>Region or further detail in words: "right lower zone".</summary>
    public string? Detail { get; init; }

    /// <summary>Why it is indeterminate or not assessed, or a reservation.</summary>
    public string? Reason { get; init; }

    /// <summary>A person should see this now: raises an alert at sites that want one.</summary>
    public bool Critical { get; init; }

    /// <summary>Images that show it, most telling first.</summary>
    public IReadOnlyList<ImageRef> Images { get; init; } = [];

    /// <summary>Span of the report's text that says so, for findings read from text: start and length in UTF-16 units.</summary>
    public TextSpan? Text { get; init; }
}

/// <summary>A span of a report's text.</summary>
public sealed record TextSpan(string ReportId, int Start, int Length);

/// <summary>A number with its unit.</summary>
public sealed record Measurement : Result
{
    /// <summary>snake_case name: <c>cardiothoracic_ratio</c>, <c>shift</c>, <c>volume</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The value, finite.</summary>
    public required double Value { get; init; }

    /// <summary>UCUM unit: <c>mm</c>, <c>ml</c>, <c>deg</c>, <c>1</c> for ratios.</summary>
    public required string Unit { get; init; }

    /// <summary>What is usual, in words: "below 0.50 on a PA film".</summary>
    public string? Reference { get; init; }

    /// <summary>A reservation about the value.</summary>
    public string? Reason { get; init; }
}
