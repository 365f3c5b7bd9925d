namespace QureHost.Archive;

/// <summary>The worklist: newest studies first.</summary>
public sealed record WorklistQuery
{
    public required IReadOnlyCollection<string> Sites { get; init; }

    /// <summary>Beginning of a name part, Patient ID, accession number or words of the description; any case, accents ignored.</summary>
    public string? Search { get; init; }

    public string? Modality { get; init; }

    public int Limit { get; init; } = 50;

    public int Offset { get; init; }
}

/// <summary>A page of the worklist and whether there is more behind it.</summary>
public sealed record WorklistPage(IReadOnlyList<StudyRow> Rows, bool More);
