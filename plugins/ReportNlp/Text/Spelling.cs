namespace QureHost.Plugins.ReportNlp.Text;

/// <summary>Lower case, and one spelling for British and American forms, so that a rule is written once.</summary>
internal static class Spelling
{
    /// <summary>Longest word that is looked at; longer runs of letters are no words.</summary>
    public const int MaxWord = 40;

    private static readonly (string From, string To)[] Forms =
    [
        ("haem", "hem"), ("oedem", "edem"), ("ischaem", "ischem"), ("oesoph", "esoph"), ("tumour", "tumor"),
        ("anaem", "anem"), ("grey", "gray"), ("centre", "center"), ("fibre", "fiber"), ("artefact", "artifact"),
        ("leuco", "leuko"), ("colour", "color"), ("aluminium", "aluminum"), ("foetal", "fetal"), ("visualis", "visualiz"),
        ("generalis", "generaliz"), ("localis", "localiz"), ("organis", "organiz"), ("metre", "meter"), ("hiatus", "hiatal"),
    ];

    /// <summary>Folds a word into <paramref name="buffer"/>, which holds at least <see cref="MaxWord"/> characters.</summary>
    public static ReadOnlySpan<char> Fold(ReadOnlySpan<char> word, Span<char> buffer)
    {
        var length = Math.Min(word.Length, MaxWord);
        for (var i = 0; i < length; i++)
        {
            buffer[i] = char.ToLowerInvariant(word[i]);
        }

        foreach (var (from, to) in Forms)
        {
            var at = buffer[..length].IndexOf(from);
            if (at < 0)
            {
                continue;
            }

            // A fold is never longer than what it replaces.
            to.CopyTo(buffer[at..]);
            buffer[(at + from.Length)..length].CopyTo(buffer[(at + to.Length)..]);
            length += to.Length - from.Length;
        }

        return buffer[..length];
    }

    public static string Fold(string word) => Fold(word, stackalloc char[MaxWord + 8]).ToString();
}
