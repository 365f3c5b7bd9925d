using QureHost.Plugins.ReportNlp.Context;
using QureHost.Sdk.Results;
using QureHost.Sdk.Vocabulary;

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
public sealed record ReportReading(IReadOnlyDictionary<string, int> Labels, IReadOnlyList<Mention> Mentions, bool IsTruncated)
{
    /// <summary>
    /// The mention that best explains a label: of the finding itself or of one that implies it, in the impression if
    /// there is one; null where the label is not listed.
    /// </summary>
    public Mention? Telling(string finding)
    {
        if (!Labels.TryGetValue(finding, out var value))
        {
            return null;
        }

        var telling = Mentions.Where(m => m.Value == value).ToArray();
        return telling.Where(m => m.Finding == finding).MaxBy(m => m.IsImpression)
            ?? telling.Where(m => FindingVocabulary.AncestorsOf(m.Finding).Contains(finding)).MaxBy(m => m.IsImpression);
    }
}
