using QureHost.Plugins.ReportNlp.Rules;

namespace QureHost.Plugins.ReportNlp.Text;

/// <summary>
/// Cuts a text into words, numbers and marks in one pass. A hyphen inside a word separates and vanishes, so that
/// "ground-glass" reads as "ground glass"; a dash between spaces is a mark.
/// </summary>
internal static class Tokenizer
{
    public static List<Token> Read(ReadOnlySpan<char> text, Lexicon lexicon)
    {
        var tokens = new List<Token>((text.Length / 5) + 8);
        Span<char> buffer = stackalloc char[Spelling.MaxWord + 8];
        byte breaks = 2;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsLetter(c))
            {
                var start = i;
                do
                {
                    i++;
                }
                while (i < text.Length && (char.IsLetter(text[i]) || IsApostropheInside(text, i)));

                var folded = Spelling.Fold(text[start..i], buffer);
                tokens.Add(new Token(start, i - start, TokenKind.Word, '\0', breaks, char.IsUpper(c), lexicon.Classes(folded)));
                breaks = 0;
            }
            else if (char.IsAsciiDigit(c))
            {
                var start = i;
                do
                {
                    i++;
                }
                while (i < text.Length && (char.IsAsciiDigit(text[i]) || IsPointInside(text, i)));

                tokens.Add(new Token(start, i - start, TokenKind.Number, '\0', breaks, false, lexicon.NumberClasses));
                breaks = 0;
            }
            else if (c is '\n' or '\r')
            {
                // CR LF is one line end.
                breaks = (byte)Math.Min(2, breaks + 1);
                i += c == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 2 : 1;
            }
            else
            {
                if (!char.IsWhiteSpace(c) && !(IsDash(c) && IsBetweenWords(text, i)))
                {
                    var mark = IsDash(c) || c is '\u2014' ? '-' : c is '\u2022' or '\u00B7' or '*' ? '\u2022' : c is '\uFF1F' ? '?' : c;
                    tokens.Add(new Token(i, 1, TokenKind.Mark, mark, breaks, false, lexicon.MarkClasses(mark)));
                    breaks = 0;
                }

                i++;
            }
        }

        return tokens;
    }

    private static bool IsDash(char c) => c is '-' or '\u2010' or '\u2011' or '\u2013';

    private static bool IsBetweenWords(ReadOnlySpan<char> text, int i) =>
        i > 0 && i + 1 < text.Length && char.IsLetterOrDigit(text[i - 1]) && char.IsLetterOrDigit(text[i + 1]);

    private static bool IsApostropheInside(ReadOnlySpan<char> text, int i) =>
        text[i] is '\'' or '\u2019' && i + 1 < text.Length && char.IsLetter(text[i + 1]);

    private static bool IsPointInside(ReadOnlySpan<char> text, int i) =>
        text[i] is '.' or ',' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]);
}
