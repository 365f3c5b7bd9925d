namespace QureHost.Plugins.ReportNlp.Text;

/// <summary>What a token is.</summary>
internal enum TokenKind : byte
{
    Word,
    Number,
    Mark,
}

/// <summary>A word, a number or a mark of the text, where it stands, and the dictionary classes it belongs to.</summary>
internal readonly struct Token(int start, int length, TokenKind kind, char mark, byte breaksBefore, bool isCapital, int[] classes)
{
    public int Start { get; } = start;

    public int Length { get; } = length;

    public int End => Start + Length;

    public TokenKind Kind { get; } = kind;

    /// <summary>The mark itself for marks, else 0.</summary>
    public char Mark { get; } = mark;

    /// <summary>0: same line as the token before; 1: a new line; 2: after a blank line.</summary>
    public byte BreaksBefore { get; } = breaksBefore;

    /// <summary>Starts with an upper-case letter.</summary>
    public bool IsCapital { get; } = isCapital;

    /// <summary>Ids of the words in the rules that this token stands for: itself, a prefix, a typing error.</summary>
    public int[] Classes { get; } = classes;

    public bool Is(char mark) => Mark == mark;
}
