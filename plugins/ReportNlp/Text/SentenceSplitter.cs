using System.Collections.Frozen;

namespace QureHost.Plugins.ReportNlp.Text;

/// <summary>
/// Cuts tokens into sentences and tells which section each is in. A heading is known by its words and a colon (or a
/// line of its own), wherever a sentence may begin.
/// </summary>
internal sealed class SentenceSplitter(FrozenDictionary<string, SectionKind> headings, FrozenSet<string> abbreviations, FrozenSet<string> joiners)
{
    /// <summary>A longer sentence is cut: it bounds what the rules look at from one finding.</summary>
    public const int MaxTokens = 200;

    private const int MaxHeadingWords = 5;

    public List<Sentence> Split(string text, List<Token> tokens)
    {
        var sentences = new List<Sentence>();
        var section = SectionKind.Findings;
        var start = 0;
        var isShouting = IsShouting(text, tokens);
        for (var i = 0; i < tokens.Count;)
        {
            if (i == start && Heading(text, tokens, i, out var afterHeading) is { } kind)
            {
                section = kind;
                i = start = afterHeading;
                continue;
            }

            var ends = EndsSentence(text, tokens, i);
            i++;
            if (ends || i == tokens.Count || i - start >= MaxTokens || BreaksSentence(text, tokens, i, isShouting))
            {
                sentences.Add(new Sentence(start, i, section));
                start = i;
            }
        }

        return LimitTrailingExclusion(tokens, sentences);
    }

    /// <summary>
    /// "Indication: fall. Small pneumothorax." has no later heading, so the excluded section ends with its line, or with
    /// its first sentence where the text has one line.
    /// </summary>
    private static List<Sentence> LimitTrailingExclusion(List<Token> tokens, List<Sentence> sentences)
    {
        var first = sentences.Count;
        while (first > 0 && sentences[first - 1].Section == SectionKind.Excluded)
        {
            first--;
        }

        var ended = false;
        for (var i = first + 1; i < sentences.Count; i++)
        {
            var previous = sentences[i - 1];
            ended |= tokens[sentences[i].From].BreaksBefore > 0 || previous.To - previous.From > 1;
            if (ended)
            {
                sentences[i] = sentences[i] with { Section = SectionKind.Findings };
            }
        }

        return sentences;
    }

    private SectionKind? Heading(string text, List<Token> tokens, int at, out int after)
    {
        after = at;
        Span<char> words = stackalloc char[(MaxHeadingWords * (Spelling.MaxWord + 1)) + 8];
        Span<char> buffer = stackalloc char[Spelling.MaxWord + 8];
        var length = 0;
        SectionKind? kind = null;
        for (var n = 0; n < MaxHeadingWords && at + n < tokens.Count; n++)
        {
            var token = tokens[at + n];
            if (token.Kind != TokenKind.Word || (n > 0 && token.BreaksBefore > 0))
            {
                break;
            }

            if (length > 0)
            {
                words[length++] = ' ';
            }

            var folded = Spelling.Fold(text.AsSpan(token.Start, token.Length), buffer);
            folded.CopyTo(words[length..]);
            length += folded.Length;
            if (!headings.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(words[..length], out var known))
            {
                continue;
            }

            var next = at + n + 1;
            var hasColon = next < tokens.Count && tokens[next].Is(':');
            var isLine = tokens[at].BreaksBefore > 0 && (next == tokens.Count || tokens[next].BreaksBefore > 0);
            if (hasColon || (isLine && token.IsCapital))
            {
                kind = known;
                after = hasColon ? next + 1 : next;
            }
        }

        return kind;
    }

    private bool EndsSentence(string text, List<Token> tokens, int i)
    {
        var token = tokens[i];
        if (token.Kind != TokenKind.Mark)
        {
            return false;
        }

        var next = i + 1 < tokens.Count ? tokens[i + 1] : default;
        switch (token.Mark)
        {
            case ';':
            case '!':
            case '\u2022':
            case '"':
                return true;
            case '?':
                // "(cyst?)" and "?pneumonia" go on.
                return i + 1 == tokens.Count || next.BreaksBefore > 0 || (next.IsCapital && next.Start > token.End && !Answers(text, tokens, i + 1));
            case '.':
                if (i + 1 == tokens.Count || next.BreaksBefore > 0)
                {
                    return true;
                }

                if (i == 0 || tokens[i - 1].End != token.Start)
                {
                    return true;
                }

                var before = tokens[i - 1];
                if (before.Kind == TokenKind.Number)
                {
                    // "1. Cardiomegaly", and "measures 5. No effusion".
                    return true;
                }

                if (before.Kind == TokenKind.Word && (before.Length == 1 || Has(abbreviations, text, before)))
                {
                    // "4.2 cm. haematoma" goes on; "measures 4 cm. No effusion" does not.
                    return next.IsCapital && before.Length > 1 && next.Start > token.End && !IsTitle(text, before);
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// A line end ends a sentence where the next line starts like one, and the line before does not stop in mid-phrase.
    /// In a text of capitals only a capital says nothing.
    /// </summary>
    private bool BreaksSentence(string text, List<Token> tokens, int next, bool isShouting)
    {
        var token = tokens[next];
        if (token.BreaksBefore == 0)
        {
            return false;
        }

        if (token.BreaksBefore == 2
            || Heading(text, tokens, next, out _) is not null
            || token.Mark is '-' or '\u2022' or '>' or '+'
            || (token.Kind == TokenKind.Number && next + 1 < tokens.Count && tokens[next + 1].Mark is '.' or ')'))
        {
            return true;
        }

        var before = tokens[next - 1];
        var isOpen = before.Is(',') || (before.Kind == TokenKind.Word && Has(joiners, text, before));
        return token.IsCapital && !isOpen && (!isShouting || (next + 1 < tokens.Count && tokens[next + 1].Is(':')));
    }

    /// <summary>"Haemorrhage? None." is a question with its answer, "Haemorrhage? No infarct." is not.</summary>
    private static bool Answers(string text, List<Token> tokens, int at)
    {
        var word = text.AsSpan(tokens[at].Start, tokens[at].Length);
        var isLast = at + 1 == tokens.Count || tokens[at + 1].Kind == TokenKind.Mark;
        return word.Equals("none", StringComparison.OrdinalIgnoreCase)
            || ((word.Equals("no", StringComparison.OrdinalIgnoreCase) || word.Equals("nil", StringComparison.OrdinalIgnoreCase)) && isLast);
    }

    private static bool IsShouting(string text, List<Token> tokens)
    {
        int words = 0, capitals = 0;
        foreach (var token in tokens)
        {
            if (token.Kind == TokenKind.Word && token.Length > 2)
            {
                words++;
                capitals += char.IsUpper(text[token.Start + 1]) ? 1 : 0;
            }
        }

        return capitals * 10 > words * 7;
    }

    private static bool Has(FrozenSet<string> words, string text, in Token token) =>
        words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Spelling.Fold(text.AsSpan(token.Start, token.Length), stackalloc char[Spelling.MaxWord + 8]));

    private static bool IsTitle(string text, in Token token) =>
        text.AsSpan(token.Start, token.Length).Equals("Dr", StringComparison.OrdinalIgnoreCase);
}
