using QureHost.Plugins.ReportNlp.Rules;
using QureHost.Plugins.ReportNlp.Text;

namespace QureHost.Plugins.ReportNlp.Context;

/// <summary>
/// Finds the triggers of a sentence once, then says of any span in it what they make of it. A trigger's scope ends at
/// a word or mark that ends a clause, where a new statement begins, or after the number of tokens its rule gives.
/// </summary>
internal sealed class ContextReader
{
    private const int AlternativeReach = 5;

    private readonly List<Token> tokens;
    private readonly Sentence sentence;
    private readonly List<Trigger> triggers = [];
    private readonly WordRole[] roles;
    private readonly bool[] ends;
    private readonly bool[] starts;
    private readonly bool[] negators;

    /// <summary>Reads the triggers of a sentence; words of <paramref name="except"/> are a finding's own and are part of none.</summary>
    public ContextReader(RuleSet rules, List<Token> tokens, Sentence sentence, (int First, int Last)? except = null)
    {
        this.tokens = tokens;
        this.sentence = sentence;
        var size = sentence.To - sentence.From;
        roles = new WordRole[size];
        ends = new bool[size];
        starts = new bool[size];
        negators = new bool[size];
        for (var i = 0; i < size; i++)
        {
            var token = tokens[sentence.From + i];
            roles[i] = rules.RolesOf(token);
            negators[i] = roles[i].HasFlag(WordRole.Negator);
            ends[i] = token.Kind == TokenKind.Mark && token.Mark is ';' or ':' or '\u2022';
        }

        for (var i = 0; i + 2 < size; i++)
        {
            // "and/or" is an "or".
            if (roles[i].HasFlag(WordRole.And) && tokens[sentence.From + i + 1].Is('/') && roles[i + 2].HasFlag(WordRole.Or))
            {
                roles[i] = roles[i + 1] = WordRole.Or;
            }
        }

        FindTriggers(rules, except);
    }

    public IReadOnlyList<Trigger> Triggers => triggers;

    /// <summary>Roles of the word at a token index.</summary>
    public WordRole RoleAt(int token) => roles[token - sentence.From];

    /// <summary>What the sentence says of the words [first, last], of which <paramref name="anchors"/> are the finding's own.</summary>
    public Assertion Of(int first, int last, ulong anchors)
    {
        Trigger? negated = null, resolved = null, possible = null, hypothetical = null, historical = null, family = null;
        var possibleIsAfter = false;
        foreach (var trigger in triggers)
        {
            var rule = trigger.Rule;
            if (rule.Kind == TriggerKind.Neutral && NegatesOwn(trigger, first, last, anchors))
            {
                negated = trigger;
            }

            if (rule.Kind is TriggerKind.End or TriggerKind.Neutral or TriggerKind.Probable || !Reaches(trigger, first, last, anchors, out var isAfter))
            {
                continue;
            }

            switch (rule.Kind)
            {
                case TriggerKind.Negated:
                    negated = trigger;
                    break;
                case TriggerKind.Resolved:
                    resolved = trigger;
                    break;
                case TriggerKind.Possible:
                    possible = trigger;
                    possibleIsAfter |= isAfter;
                    break;
                case TriggerKind.Hypothetical:
                    hypothetical = trigger;
                    break;
                case TriggerKind.Historical:
                    historical = trigger;
                    break;
                default:
                    family = trigger;
                    break;
            }
        }

        // "No nodule suspicious for cancer" is no nodule; "no X seen, Y cannot be excluded" leaves Y open.
        var isUncertain = possible is not null && (negated is null || possibleIsAfter || possible.Value.First < negated.Value.First);
        if (isUncertain)
        {
            negated = null;
        }

        var decides = family ?? hypothetical ?? historical ?? negated ?? resolved ?? (isUncertain ? possible : null);
        if (decides is not { } trigger_)
        {
            return Alternative(first, last) is { } or
                ? new Assertion { IsUncertain = true, TriggerStart = tokens[or].Start, TriggerLength = tokens[or].Length }
                : Assertion.Plain;
        }

        var start = tokens[trigger_.First].Start;
        return new Assertion
        {
            IsNegated = negated is not null,
            IsResolved = resolved is not null,
            IsUncertain = isUncertain,
            IsHypothetical = hypothetical is not null,
            IsHistorical = historical is not null,
            IsFamily = family is not null,
            TriggerStart = start,
            TriggerLength = tokens[trigger_.Last].End - start,
        };
    }

    /// <summary>"atelectasis or scarring", "artifact versus effusion": the token that leaves two readings open, or null.</summary>
    private int? Alternative(int first, int last)
    {
        for (var step = -1; step <= 1; step += 2)
        {
            var at = step < 0 ? first - 1 : last + 1;
            for (var n = 0; n < AlternativeReach && at >= sentence.From && at < sentence.To; n++, at += step)
            {
                var role = roles[at - sentence.From];
                if (role.HasFlag(WordRole.Or))
                {
                    return at;
                }

                if (ends[at - sentence.From] || role.HasFlag(WordRole.Verb) || role.HasFlag(WordRole.Preposition) || role.HasFlag(WordRole.And) || role.HasFlag(WordRole.With) || tokens[at].Kind != TokenKind.Word)
                {
                    break;
                }
            }
        }

        return null;
    }

    /// <summary>"No enlargement" is no denial of what it is said of, but it denies "enlargement of the heart".</summary>
    private bool NegatesOwn(in Trigger trigger, int first, int last, ulong anchors) =>
        trigger.First < first && trigger.Last >= first && trigger.Last <= last && negators[trigger.First - sentence.From] && Overlaps(trigger, first, anchors);

    private bool Reaches(in Trigger trigger, int first, int last, ulong anchors, out bool isAfter)
    {
        isAfter = false;
        if (trigger.First >= first && trigger.Last <= last)
        {
            // Inside: "the heart is not enlarged" finds "heart … enlarged".
            return !Overlaps(trigger, first, anchors);
        }

        if (trigger.Last < first)
        {
            return trigger.Rule.Side.HasFlag(TriggerSide.Before) && first - trigger.Last <= trigger.Rule.Within && !IsCutBefore(trigger, first);
        }

        if (trigger.First > last)
        {
            isAfter = true;
            return trigger.Rule.Side.HasFlag(TriggerSide.After) && trigger.First - last <= trigger.Rule.Within && !IsCutAfter(trigger, first, last);
        }

        return false;
    }

    private static bool Overlaps(in Trigger trigger, int first, ulong anchors)
    {
        for (var i = Math.Max(first, trigger.First); i <= trigger.Last; i++)
        {
            if (i - first < 64 && (anchors & (1UL << (i - first))) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Does something between the trigger and the finding after it end the trigger's scope?</summary>
    private bool IsCutBefore(in Trigger trigger, int first)
    {
        var sawVerb = false;
        var depth = 0;
        for (var i = trigger.Last + 1; i < first; i++)
        {
            var at = i - sentence.From;
            if (ends[at])
            {
                return true;
            }

            // What is said in brackets is said of what is in them.
            depth += tokens[i].Is('(') ? 1 : tokens[i].Is(')') ? -1 : 0;
            if (depth < 0)
            {
                return true;
            }

            var role = roles[at];
            var isComma = IsComma(i);
            if (isComma || role.HasFlag(WordRole.And) || role.HasFlag(WordRole.With))
            {
                if (role.HasFlag(WordRole.With) && trigger.Rule.Kind is TriggerKind.Possible or TriggerKind.Historical)
                {
                    return true;
                }

                if (sawVerb && !role.HasFlag(WordRole.With))
                {
                    return true;
                }

                if (isComma && trigger.Rule.UntilComma && !HasOrAfter(i + 1))
                {
                    return true;
                }

                // "no effusion, mild edema" but "no effusion, mild edema or mass".
                if (Opens(i + 1, first) && !(isComma && HasOrAfter(i + 1)))
                {
                    return true;
                }
            }

            sawVerb |= (role & (WordRole.Verb | WordRole.Participle)) != 0;
        }

        return false;
    }

    /// <summary>A comma, or a dash that stands like one.</summary>
    private bool IsComma(int i) => tokens[i].Mark is ',' or '-';

    private bool Opens(int i, int first)
    {
        if (i > first)
        {
            return false;
        }

        var at = i - sentence.From;
        return roles[at].HasFlag(WordRole.Opener) || starts[at];
    }

    /// <summary>An "or" before the next verb: the list goes on.</summary>
    private bool HasOrAfter(int i)
    {
        for (; i < sentence.To; i++)
        {
            var at = i - sentence.From;
            if (roles[at].HasFlag(WordRole.Or))
            {
                return true;
            }

            if (ends[at] || starts[at] || roles[at].HasFlag(WordRole.Verb))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Does something between the finding and the trigger after it keep the trigger's scope from reaching back?</summary>
    private bool IsCutAfter(in Trigger trigger, int first, int last)
    {
        var joins = false;
        for (var i = last + 1; i < trigger.First; i++)
        {
            var at = i - sentence.From;
            if (ends[at] || roles[at].HasFlag(WordRole.Verb) || starts[at])
            {
                return true;
            }

            var isAnd = roles[at].HasFlag(WordRole.And);
            if (isAnd && trigger.Rule.Kind == TriggerKind.Resolved)
            {
                return true;
            }

            joins |= IsComma(i) || isAnd;
        }

        if (!joins)
        {
            return false;
        }

        // "There is edema and effusion was not seen": the list before "was not seen" starts after "and".
        for (var i = first - 1; i >= sentence.From; i--)
        {
            var at = i - sentence.From;
            if (ends[at])
            {
                return false;
            }

            if (roles[at].HasFlag(WordRole.Verb) || roles[at].HasFlag(WordRole.Existential))
            {
                return true;
            }
        }

        return false;
    }

    private void FindTriggers(RuleSet rules, (int First, int Last)? except)
    {
        var found = new List<PhraseMatch>();
        rules.Triggers.Find(tokens, sentence.From, sentence.To, found);

        if (except is { } span)
        {
            found.RemoveAll(match => match.First <= span.Last && match.Last >= span.First);
        }

        // The longest from the left: "cannot be excluded" is no "excluded".
        found.Sort((a, b) => b.Size != a.Size ? b.Size.CompareTo(a.Size) : a.First.CompareTo(b.First));
        var taken = new bool[sentence.To - sentence.From];
        foreach (var match in found)
        {
            // The same words may be a trigger of two kinds of scope.
            var isFree = true;
            var isTwin = triggers.Exists(other => other.First == match.First && other.Last == match.Last);
            for (var i = match.First; i <= match.Last && isFree; i++)
            {
                isFree = (match.Anchors & (1UL << (i - match.First))) == 0 || !taken[i - sentence.From];
            }

            if (!isFree && !isTwin)
            {
                continue;
            }

            for (var i = match.First; i <= match.Last; i++)
            {
                taken[i - sentence.From] |= (match.Anchors & (1UL << (i - match.First))) != 0;
            }

            var rule = rules.TriggerRules[match.Payload];
            triggers.Add(new Trigger(rule, match.First, match.Last));
            if (rule.Kind == TriggerKind.Neutral)
            {
                // "one or two", "with or without": these words join nothing.
                roles.AsSpan(match.First - sentence.From, match.Last - match.First + 1).Clear();
            }
            else if (rule.Kind == TriggerKind.End)
            {
                ends[match.First - sentence.From] = true;
            }
            else if (rule.Side.HasFlag(TriggerSide.Before))
            {
                starts[match.First - sentence.From] = true;
            }
        }

        triggers.Sort((a, b) => a.First.CompareTo(b.First));
    }
}
