namespace QureHost.Plugins.ReportNlp.Rules;

/// <summary>The kinds of report that a rule is for.</summary>
[Flags]
internal enum Domain : byte
{
    None = 0,
    Head = 1,
    ChestXray = 2,
    ChestCt = 4,
    Chest = ChestXray | ChestCt,
    Any = Head | Chest,
}

/// <summary>How a phrase speaks of its finding.</summary>
internal enum TermMode : byte
{
    /// <summary>Names it; the words around say whether it is there.</summary>
    Names,

    /// <summary>States that it is absent: "heart size is normal".</summary>
    Denies,

    /// <summary>Leaves it open by itself: "contusion" for a haemorrhage, "borderline heart size".</summary>
    Hints,

    /// <summary>Counts only where it is denied: "no extra-axial collection" rules out a subdural, a collection is not one.</summary>
    RulesOut,

    /// <summary>Means something else; takes its words away from other phrases: "pericardial effusion" from "effusion".</summary>
    Ignore,
}

/// <summary>What a phrase of the term files means.</summary>
internal sealed record TermRule(string Finding, Domain Domain, TermMode Mode);
