using System.Text;
using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>Folded text by which studies are found: whole names, words of names and description, Patient ID and accession number.</summary>
internal static class Words
{
    private const int MostWords = 32;
    private const int LongestWord = 64;
    private const int LongestName = 200;

    /// <summary>Folded text, case, accents and width aside; empty for none.</summary>
    public static string Fold(string? text) => string.IsNullOrEmpty(text) ? "" : PersonNames.Fold(text);

    /// <summary>A piece out of the middle of a text, folded with nothing trimmed off its ends.</summary>
    public static string FoldPart(string part) => part.Length == 0 ? "" : PersonNames.Fold($"x{part}x")[1..^1];

    public static IEnumerable<string> Of(StudyFacts facts)
    {
        var words = new HashSet<string>();
        foreach (var text in new[] { facts.PatientName, facts.Description })
            words.UnionWith(Split(text));
        words.UnionWith(Names('=', facts.PatientName));
        words.UnionWith(Names('@', facts.Referring));
        foreach (var id in new[] { facts.PatientId, facts.Accession })
        {
            if (Fold(id) is { Length: > 0 } whole)
                words.Add(Cut(whole));
        }

        return words.Take(MostWords);
    }

    /// <summary>The folded groups of a name, each behind a mark that sets whole names apart from words.</summary>
    public static IEnumerable<string> Names(char mark, string? name) =>
        (name ?? "").Split('=').Select(Fold).Where(g => g.Length > 0).Select(g => mark + (g.Length > LongestName ? g[..LongestName] : g));

    /// <summary>Folded words of a text: runs of letters, digits and what names hold within a word.</summary>
    public static IEnumerable<string> Split(string? text)
    {
        var word = new StringBuilder();
        foreach (var c in Fold(text) + " ")
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '\'' or '.')
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                yield return Cut(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>The first text behind all that begin so.</summary>
    public static string After(string prefix) => prefix + "\uFFFF";

    private static string Cut(string word) => word.Length > LongestWord ? word[..LongestWord] : word;
}
