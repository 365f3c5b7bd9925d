namespace QureHost.Plugins.ReportNlp.Context;

/// <summary>What the words around a finding say about it, and which words those are.</summary>
public sealed record Assertion
{
    /// <summary>Said to be absent.</summary>
    public bool IsNegated { get; init; }

    /// <summary>Said to have gone.</summary>
    public bool IsResolved { get; init; }

    /// <summary>Not certain.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>Looked for, feared or asked, but not stated.</summary>
    public bool IsHypothetical { get; init; }

    /// <summary>Of the patient's past.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>Of somebody else.</summary>
    public bool IsFamily { get; init; }

    /// <summary>Start of the deciding words in the text, or -1 where there are none.</summary>
    public int TriggerStart { get; init; } = -1;

    /// <summary>Length of the deciding words.</summary>
    public int TriggerLength { get; init; }

    /// <summary>1 present, 0 absent, -1 indeterminate, or null where the statement does not count.</summary>
    public int? Value => IsFamily || IsHypothetical || IsHistorical ? null : IsNegated || IsResolved ? 0 : IsUncertain ? -1 : 1;

    internal static Assertion Plain { get; } = new();
}
