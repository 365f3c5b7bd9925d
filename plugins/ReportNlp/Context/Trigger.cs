namespace QureHost.Plugins.ReportNlp.Context;

/// <summary>What a trigger says about the findings in its scope.</summary>
internal enum TriggerKind : byte
{
    /// <summary>Stops the scope of triggers before it: "but".</summary>
    End,

    /// <summary>Looks like a negation and is none: "no change in".</summary>
    Neutral,

    /// <summary>Absent: "no", "was not seen".</summary>
    Negated,

    /// <summary>Gone: "has resolved".</summary>
    Resolved,

    /// <summary>Not certain: "may represent", "cannot be excluded".</summary>
    Possible,

    /// <summary>Held to be present: "consistent with".</summary>
    Probable,

    /// <summary>Looked for, feared or asked: "if", "assess for".</summary>
    Hypothetical,

    /// <summary>Of the patient's past: "history of".</summary>
    Historical,

    /// <summary>Of somebody else: "mother had".</summary>
    Family,
}

/// <summary>Where a trigger's scope lies.</summary>
[Flags]
internal enum TriggerSide : byte
{
    /// <summary>The finding follows the trigger.</summary>
    Before = 1,

    /// <summary>The finding precedes the trigger.</summary>
    After = 2,
}

/// <summary>A trigger of the rules.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Side">Where its scope lies.</param>
/// <param name="Within">How many tokens its scope reaches.</param>
/// <param name="UntilComma">Its scope ends at a comma, unless a list goes on: "not consolidation, explains …".</param>
internal sealed record TriggerRule(TriggerKind Kind, TriggerSide Side, int Within, bool UntilComma);

/// <summary>A trigger found at tokens [First, Last].</summary>
internal readonly record struct Trigger(TriggerRule Rule, int First, int Last);

/// <summary>What a word does in a clause.</summary>
[Flags]
internal enum WordRole : ushort
{
    None = 0,

    /// <summary>A finite verb: a new statement may follow it.</summary>
    Verb = 1,

    /// <summary>Opens a new affirmative noun phrase after a comma or "and": "mild", "there", "the".</summary>
    Opener = 2,

    /// <summary>"and", "&amp;".</summary>
    And = 4,

    /// <summary>"or", "nor".</summary>
    Or = 8,

    /// <summary>"with".</summary>
    With = 16,

    /// <summary>"there is".</summary>
    Existential = 32,

    /// <summary>"in", "of": an alternative does not reach across it.</summary>
    Preposition = 64,

    /// <summary>"seen": a verb only after "is", else it describes the noun before it.</summary>
    Participle = 128,

    /// <summary>"no", "not": negates a finding that has the next words of a phrase that looks like a negation and is none.</summary>
    Negator = 256,
}
