namespace QureHost.Plugins.ReportNlp.Text;

/// <summary>What a part of a report is good for.</summary>
internal enum SectionKind : byte
{
    /// <summary>Findings, or a report without headings.</summary>
    Findings,

    /// <summary>Impression, conclusion: has the last word where the report contradicts itself.</summary>
    Impression,

    /// <summary>Indication, history, comparison, technique: says nothing about this study's images.</summary>
    Excluded,
}

/// <summary>Tokens [From, To) that belong together.</summary>
internal readonly record struct Sentence(int From, int To, SectionKind Section);
