using QureHost.Plugins.ReportNlp.Context;
using QureHost.Plugins.ReportNlp.Rules;
using QureHost.Plugins.ReportNlp.Text;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.ReportNlp.Reading;

/// <summary>Which side a mention is on: a side word before it in its noun phrase, or one that follows.</summary>
internal static class SideFinder
{
    private const int Reach = 8;

    public static Laterality? Find(RuleSet rules, List<Token> tokens, Sentence sentence, ContextReader context, in PhraseMatch match)
    {
        for (var i = match.First; i <= match.Last; i++)
        {
            // "midline" within the phrase names the finding (midline shift), not its side.
            if (rules.SideOf(tokens[i]) is (1 or 2 or 3) and var inside)
            {
                return Of(inside);
            }
        }

        var first = Math.Max(sentence.From, match.First - Reach);
        for (var i = match.First - 1; i >= first && !Stops(tokens[i], context.RoleAt(i)); i--)
        {
            if (rules.SideOf(tokens[i]) is > 0 and var before)
            {
                return Of(before | OtherSide(rules, tokens, i, -1, sentence));
            }
        }

        var last = Math.Min(sentence.To - 1, match.Last + Reach);
        for (var i = match.Last + 1; i <= last && !tokens[i].Is(',') && !tokens[i].Is(';'); i++)
        {
            if (rules.SideOf(tokens[i]) is > 0 and var after)
            {
                return Of(after | OtherSide(rules, tokens, i, 1, sentence));
            }
        }

        return null;
    }

    /// <summary>"right and left": the other side, one word further.</summary>
    private static int OtherSide(RuleSet rules, List<Token> tokens, int at, int step, Sentence sentence)
    {
        var other = at + (2 * step);
        if (other < sentence.From || other >= sentence.To || !rules.RolesOf(tokens[at + step]).HasFlag(WordRole.And))
        {
            return 0;
        }

        var side = rules.SideOf(tokens[other]);
        return side is 1 or 2 ? side : 0;
    }

    private static bool Stops(in Token token, WordRole role) =>
        token.Is(',') || token.Is(';') || token.Is(':') || role.HasFlag(WordRole.Verb) || role.HasFlag(WordRole.And) || role.HasFlag(WordRole.With);

    private static Laterality Of(int side) => side switch
    {
        1 => Laterality.Left,
        2 => Laterality.Right,
        3 => Laterality.Bilateral,
        _ => Laterality.Midline,
    };
}
