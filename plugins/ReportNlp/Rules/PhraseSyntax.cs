using System.Globalization;

namespace QureHost.Plugins.ReportNlp.Rules;

/// <summary>
/// The small language of phrases in the rule files: words; <c>word*</c> for a prefix; <c>(a|b c)</c> for a choice;
/// <c>x?</c> after a word or choice where it may be missing; <c>~3</c> for up to three words in between (<c>~~3</c>: commas too); <c>{name}</c>
/// for a choice defined once; <c>effusion(s)</c> for both numbers; <c>#</c> for a number; marks as themselves, after a
/// backslash where they mean something here.
/// </summary>
internal sealed class PhraseSyntax(Lexicon lexicon, IReadOnlyDictionary<string, string> choices)
{
    private const int MaxDepth = 12;
    private const int MaxNodes = 5_000;

    private int nodes;

    /// <summary>The graph of a phrase; its end carries <paramref name="payload"/>.</summary>
    /// <exception cref="RuleException">The phrase is not well formed.</exception>
    public PhraseNode Compile(string phrase, int payload)
    {
        nodes = 0;
        var at = 0;
        var start = Node(phrase);
        var end = Choice(phrase, ref at, start, 0);
        if (at < phrase.Length)
        {
            throw new RuleException($"Phrase '{phrase}': unexpected '{phrase[at]}' at {at}.");
        }

        end.Payloads.Add(payload);
        start.Close();
        return start.Payloads.Count == 0 && start.Gaps.Count == 0 && start.Next.Count > 0
            ? start
            : throw new RuleException($"Phrase '{phrase}' could be empty, or begins with a gap.");
    }

    private PhraseNode Node(string phrase) =>
        ++nodes <= MaxNodes ? new PhraseNode() : throw new RuleException($"Phrase '{phrase}' is too large.");

    private PhraseNode Choice(string text, ref int at, PhraseNode from, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new RuleException($"Phrase '{text}' is nested too deeply.");
        }

        var end = Node(text);
        Sequence(text, ref at, from, depth).GoFree(end);
        while (at < text.Length && text[at] == '|')
        {
            at++;
            Sequence(text, ref at, from, depth).GoFree(end);
        }

        return end;
    }

    private PhraseNode Sequence(string text, ref int at, PhraseNode from, int depth)
    {
        while (at < text.Length && text[at] is not ('|' or ')'))
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            var end = Part(text, ref at, from, depth);
            if (at < text.Length && text[at] == '?' && (at + 1 == text.Length || text[at + 1] is ' ' or ')' or '|'))
            {
                at++;
                from.GoFree(end);
            }

            from = end;
        }

        return from;
    }

    private PhraseNode Part(string text, ref int at, PhraseNode from, int depth)
    {
        switch (text[at])
        {
            case '(':
                at++;
                var inner = Choice(text, ref at, Start(text, from), depth + 1);
                if (at >= text.Length || text[at] != ')')
                {
                    throw new RuleException($"Phrase '{text}': a bracket is not closed.");
                }

                at++;
                return inner;
            case '{':
                var close = text.IndexOf('}', at);
                var name = close < 0 ? "" : text[(at + 1)..close];
                if (!choices.TryGetValue(name, out var choice))
                {
                    throw new RuleException($"Phrase '{text}': there is no choice named '{name}'.");
                }

                at = close + 1;
                var inside = 0;
                var end = Choice(choice, ref inside, Start(text, from), depth + 1);
                return inside == choice.Length ? end : throw new RuleException($"Choice '{name}' is not well formed.");
            case '~':
                at++;
                var crosses = at < text.Length && text[at] == '~';
                var digits = at += crosses ? 1 : 0;
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                {
                    at++;
                }

                if (at - digits is not (1 or 2))
                {
                    throw new RuleException($"Phrase '{text}': '~' wants a number below 100.");
                }

                var after = Node(text);
                from.Gaps.Add(new PhraseGap(int.Parse(text.AsSpan(digits, at - digits), CultureInfo.InvariantCulture), crosses, after));
                return after;
            default:
                return Word(text, ref at, from);
        }
    }

    /// <summary>A state of its own for a choice, so that its branches never run back into what stands before it.</summary>
    private PhraseNode Start(string text, PhraseNode from)
    {
        var start = Node(text);
        from.GoFree(start);
        return start;
    }

    private PhraseNode Word(string text, ref int at, PhraseNode from)
    {
        var to = Node(text);
        at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
        var begin = at;
        if (!char.IsLetter(text[at]))
        {
            from.Go(lexicon.IdOf(text[at++].ToString()), to);
            return to;
        }

        while (at < text.Length && (char.IsLetter(text[at]) || text[at] is '\'' or '*'))
        {
            at++;
        }

        var word = text[begin..at];
        from.Go(lexicon.IdOf(word), to);
        if (at + 2 < text.Length && text[at] == '(' && char.IsLetter(text[at + 1]) && text.IndexOf(')', at) is var close and > 0 && close - at <= 5 && text[(at + 1)..close].All(char.IsLetter))
        {
            from.Go(lexicon.IdOf(word + text[(at + 1)..close]), to);
            at = close + 1;

            // "node(s)?" would make the whole word optional; whoever writes it means "node(s)".
            at += at < text.Length && text[at] == '?' ? 1 : 0;
        }

        return to;
    }
}

/// <summary>A rule file or a site's setting is wrong; the message says what and where.</summary>
public sealed class RuleException(string message) : Exception(message);
