namespace QureHost.Sdk.Vocabulary;

/// <summary>The region that a finding belongs to.</summary>
public enum FindingGroup
{
    /// <summary>Head: CT of the brain, skull, sinuses and eyes.</summary>
    Head,

    /// <summary>Chest: X-ray and CT.</summary>
    Chest,

    /// <summary>Any region.</summary>
    General,
}

/// <summary>A finding: its name, what it is called elsewhere, what it implies, and its codes.</summary>
/// <param name="Name">snake_case name, one of <see cref="FindingNames"/>.</param>
/// <param name="Display">Name for people.</param>
/// <param name="Group">Region.</param>
public sealed record FindingDefinition(string Name, string Display, FindingGroup Group)
{
    /// <summary>Findings that this one implies, directly: a subdural haemorrhage is an intracranial haemorrhage.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>Other names, as label files, products and people spell them.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Codes that were verified, best match first within a scheme. Empty where none was.</summary>
    public IReadOnlyList<FindingCode> Codes { get; init; } = [];
}

/// <summary>A coding scheme.</summary>
public enum CodeScheme
{
    /// <summary>RadLex; designator <c>RADLEX</c>.</summary>
    RadLex,

    /// <summary>SNOMED CT; designator <c>SCT</c>. Its use needs a licence in many countries.</summary>
    SnomedCt,

    /// <summary>DICOM's own terms (PS3.16 Annex D); designator <c>DCM</c>.</summary>
    Dicom,

    /// <summary>RadElement sets. They are no concepts, so none is written into DICOM objects.</summary>
    RadElement,
}

/// <summary>How a code's meaning stands to the finding's.</summary>
public enum CodeMatch
{
    /// <summary>The same.</summary>
    Exact,

    /// <summary>The code means more: "fracture" for a fracture of the skull.</summary>
    Broader,

    /// <summary>The code means less: "fracture of rib" for a fracture in the chest.</summary>
    Narrower,

    /// <summary>Near, or of another kind.</summary>
    Related,
}

/// <summary>A verified code. No code is here that nobody looked up: public repositories carry invented ones.</summary>
/// <param name="Scheme">Coding scheme.</param>
/// <param name="Value">Code value.</param>
/// <param name="Meaning">The scheme's own words for it.</param>
/// <param name="Verified">
/// How it was verified, by the letters of the code list that it came from, joined by <c>+</c> where several sources
/// agreed. <c>S</c> is the weakest: seen in repositories only.
/// </param>
/// <param name="Match">How its meaning stands to the finding's.</param>
/// <param name="Note">A reservation, or null.</param>
public sealed record FindingCode(CodeScheme Scheme, string Value, string Meaning, string Verified, CodeMatch Match = CodeMatch.Exact, string? Note = null)
{
    /// <summary>Coding Scheme Designator (0008,0102), or null for schemes that DICOM objects cannot carry.</summary>
    public string? Designator => Scheme switch
    {
        CodeScheme.RadLex => "RADLEX",
        CodeScheme.SnomedCt => "SCT",
        CodeScheme.Dicom => "DCM",
        _ => null,
    };

    /// <summary>Using the code needs a licence in many countries; a site decides.</summary>
    public bool NeedsLicence => Scheme == CodeScheme.SnomedCt;
}
