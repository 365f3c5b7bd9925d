using QureHost.Plugins.ReportNlp.Context;
using QureHost.Plugins.ReportNlp.Rules;
using QureHost.Plugins.ReportNlp.Text;

namespace QureHost.Plugins.ReportNlp.Reading;

/// <summary>Turns the phrases found in a sentence into mentions of findings.</summary>
internal static class MentionFinder
{
    /// <summary>A sentence holds a few; a text that piles up more is not prose.</summary>
    private const int MaxPhrases = 300;

    public static void Find(RuleSet rules, List<Token> tokens, Sentence sentence, Domain domain, List<PhraseMatch> matches, List<Mention> mentions)
    {
        if (matches.Count == 0)
        {
            return;
        }

        if (!System.Numerics.BitOperations.IsPow2((int)domain))
        {
            // Several finders: what two kinds of report share was found twice.
            var distinct = matches.Distinct().ToArray();
            matches.Clear();
            matches.AddRange(distinct);
        }

        if (matches.Count > MaxPhrases)
        {
            matches.RemoveRange(MaxPhrases, matches.Count - MaxPhrases);
        }

        ContextReader? context = null;
        foreach (var match in matches)
        {
            var rule = rules.TermRules[match.Payload];
            if (rule.Mode == TermMode.Ignore || IsTaken(rules, matches, match))
            {
                continue;
            }

            context ??= new ContextReader(rules, tokens, sentence);
            var assertion = context.Of(match.First, match.Last, match.Anchors);
            if (ValueOf(rule.Mode, assertion, out var value))
            {
                var start = tokens[match.First].Start;
                mentions.Add(new Mention(rule.Finding, value, start, tokens[match.Last].End - start, assertion)
                {
                    IsImpression = sentence.Section == SectionKind.Impression,
                    Laterality = SideFinder.Find(rules, tokens, sentence, context, match),
                });
            }
        }
    }

    /// <summary>A longer phrase has these words, or a phrase to ignore has them all.</summary>
    private static bool IsTaken(RuleSet rules, List<PhraseMatch> matches, PhraseMatch match)
    {
        var rule = rules.TermRules[match.Payload];
        foreach (var other in matches)
        {
            var taker = rules.TermRules[other.Payload];
            if (match.IsInside(other) ? !rules.Coexist(rule.Finding, taker.Finding) || rule.Finding == taker.Finding : taker.Mode == TermMode.Ignore && match.First == other.First && match.Anchors == other.Anchors)
            {
                return true;
            }
        }

        return false;
    }

    private static bool ValueOf(TermMode mode, Assertion assertion, out int? value)
    {
        value = assertion.Value;
        switch (mode)
        {
            case TermMode.Denies:
                // "The heart is not normal in size" says nothing definite.
                value = value switch { 1 => 0, 0 => null, _ => value };
                return value is not null;
            case TermMode.Hints:
                value = value == 1 ? -1 : value;
                return true;
            case TermMode.RulesOut:
                return value == 0;
            default:
                return true;
        }
    }
}
