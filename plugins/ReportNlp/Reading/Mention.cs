using QureHost.Plugins.ReportNlp.Context;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.ReportNlp.Reading;

/// <summary>One place in a report that speaks of a finding, and why it was read as it was.</summary>
/// <param name="Finding">Name of the finding.</param>
/// <param name="Value">1 present, 0 absent, -1 indeterminate, or null where the place does not count.</param>
/// <param name="Start">Start of the words in the text, in UTF-16 units.</param>
/// <param name="Length">Length of the words.</param>
/// <param name="Assertion">What the words around said, and which words those were.</param>
public sealed record Mention(string Finding, int? Value, int Start, int Length, Assertion Assertion)
{
    /// <summary>Side, where one is named.</summary>
    public Laterality? Laterality { get; init; }

    /// <summary>In the impression or conclusion.</summary>
    public bool IsImpression { get; init; }
}

/// <summary>What a report says.</summary>
/// <param name="Labels">Finding to 1, 0 or -1, the hierarchy applied. A finding that the report does not speak of is not listed.</param>
/// <param name="Mentions">Where it says so, in the order of the text.</param>
/// <param name="IsTruncated">The text was longer than is read.</param>
public sealed record ReportReading(IReadOnlyDictionary<string, int> Labels, IReadOnlyList<Mention> Mentions, bool IsTruncated);
