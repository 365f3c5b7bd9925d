using QureHost.Dicom;

namespace QureHost.Archive;

public enum QidoLevel
{
    Study,
    Series,
    Instance,
}

/// <summary>
/// One matching key of PS3.4 §C.2.2.2: the value as the client wrote it. Date and time ranges (<c>a-b</c>), wildcards
/// (<c>*</c>, <c>?</c>) and UID lists (<c>\</c> or <c>,</c> between) are told by the attribute's VR; an empty value matches all.
/// </summary>
public sealed record QidoFilter(DicomTag Tag, string Value)
{
    /// <summary>The sequences around the attribute, outermost first; empty for one of the dataset itself.</summary>
    public IReadOnlyList<DicomTag> Within { get; init; } = [];
}

/// <summary>A search by PS3.18 §10.6 or C-FIND.</summary>
public sealed record QidoQuery
{
    public required string Site { get; init; }

    public required QidoLevel Level { get; init; }

    /// <summary>Study of the path, as in <c>/studies/{uid}/series</c>.</summary>
    public string? StudyUid { get; init; }

    /// <summary>Series of the path.</summary>
    public string? SeriesUid { get; init; }

    public IReadOnlyList<QidoFilter> Filters { get; init; } = [];

    /// <summary>Attributes beyond the level's default ones.</summary>
    public IReadOnlyList<DicomTag> IncludeFields { get; init; } = [];

    /// <summary><c>includefield=all</c>.</summary>
    public bool IncludeAll { get; init; }

    /// <summary>Person names match by words in any order, not only from the beginning.</summary>
    public bool FuzzyMatching { get; init; }

    public int Limit { get; init; } = 100;

    public int Offset { get; init; }
}

/// <summary>How a search ended.</summary>
/// <param name="Count">Rows written.</param>
/// <param name="More">True where rows remain behind the limit.</param>
public readonly record struct QidoAnswer(int Count, bool More);
