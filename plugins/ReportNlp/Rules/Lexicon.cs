using System.Collections.Concurrent;
using QureHost.Plugins.ReportNlp.Text;

namespace QureHost.Plugins.ReportNlp.Rules;

/// <summary>
/// The words of the rules, each with an id. A word of a text is looked up exactly, by the prefixes that rules name
/// (<c>emphysem*</c>), and, where it is long and otherwise unknown, with one typing error.
/// </summary>
internal sealed class Lexicon
{
    /// <summary>Shorter words are too close to one another to forgive an error.</summary>
    private const int MinFuzzy = 7;

    private const int MaxCached = 50_000;

    private static readonly int[] None = [];

    private readonly Dictionary<string, int> words = [];
    private readonly Dictionary<string, int> prefixes = [];
    private readonly Dictionary<string, int[]> marks = [];
    private readonly Dictionary<string, List<string>> deletions = [];
    private readonly HashSet<string> plain = [];
    private readonly ConcurrentDictionary<string, int[]> cache = new();
    private int count;

    public int[] NumberClasses { get; private set; } = None;

    /// <summary>Id of a word of a rule. Called while rules are read only.</summary>
    public int IdOf(string word)
    {
        if (word == "#")
        {
            NumberClasses = NumberClasses.Length > 0 ? NumberClasses : [count++];
            return NumberClasses[0];
        }

        if (word.Length == 1 && !char.IsLetter(word[0]))
        {
            if (!marks.TryGetValue(word, out var mark))
            {
                marks[word] = mark = [count++];
            }

            return mark[0];
        }

        var isPrefix = word.EndsWith('*');
        var folded = Spelling.Fold(isPrefix ? word[..^1] : word);
        var table = isPrefix ? prefixes : words;
        if (!table.TryGetValue(folded, out var id))
        {
            table[folded] = id = count++;
            if (!isPrefix && folded.Length >= MinFuzzy)
            {
                foreach (var key in WithOneLess(folded))
                {
                    (deletions.TryGetValue(key, out var list) ? list : deletions[key] = []).Add(folded);
                }
            }
        }

        return id;
    }

    /// <summary>Words that are right as they are, though a rule's word is one letter away.</summary>
    public void KeepAsIs(IEnumerable<string> known)
    {
        foreach (var word in known)
        {
            plain.Add(Spelling.Fold(word));
        }
    }

    public int[] MarkClasses(char mark) => marks.TryGetValue(mark.ToString(), out var ids) ? ids : None;

    /// <summary>Ids that a folded word of a text stands for.</summary>
    public int[] Classes(ReadOnlySpan<char> folded)
    {
        if (cache.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(folded, out var known))
        {
            return known;
        }

        var word = folded.ToString();
        var classes = Find(word);
        if (cache.Count < MaxCached)
        {
            cache.TryAdd(word, classes);
        }

        return classes;
    }

    private int[] Find(string word)
    {
        var found = new List<int>();
        Exact(word, found);
        if (found.Count == 0 && word.Length >= MinFuzzy && !plain.Contains(word) && Nearest(word) is { } meant)
        {
            Exact(meant, found);
        }

        return found.Count == 0 ? None : [.. found];
    }

    private void Exact(string word, List<int> found)
    {
        if (words.TryGetValue(word, out var id))
        {
            found.Add(id);
        }

        var lookup = prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = 3; length <= word.Length; length++)
        {
            if (lookup.TryGetValue(word.AsSpan(0, length), out id))
            {
                found.Add(id);
            }
        }
    }

    /// <summary>The one rule word that a single insertion, deletion, substitution or swap makes of this word, or null.</summary>
    private string? Nearest(string word)
    {
        string? nearest = null;
        foreach (var key in WithOneLess(word))
        {
            if (!deletions.TryGetValue(key, out var candidates))
            {
                continue;
            }

            foreach (var candidate in candidates)
            {
                if (candidate == nearest || candidate[0] != word[0] || Math.Abs(candidate.Length - word.Length) > 1 || !IsOneEdit(word, candidate))
                {
                    continue;
                }

                if (nearest is not null)
                {
                    // "granuloma" and "granulomas" are one word for us; two different ones are none.
                    if (!candidate.StartsWith(nearest, StringComparison.Ordinal) && !nearest.StartsWith(candidate, StringComparison.Ordinal))
                    {
                        return null;
                    }

                    nearest = candidate.Length == word.Length ? candidate : nearest;
                    continue;
                }

                nearest = candidate;
            }
        }

        return nearest;
    }

    private static IEnumerable<string> WithOneLess(string word)
    {
        yield return word;
        for (var i = 1; i < word.Length; i++)
        {
            yield return word.Remove(i, 1);
        }
    }

    private static bool IsOneEdit(string a, string b)
    {
        var head = 0;
        while (head < a.Length && head < b.Length && a[head] == b[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < a.Length - head && tail < b.Length - head && a[^(tail + 1)] == b[^(tail + 1)])
        {
            tail++;
        }

        var left = a.Length - head - tail;
        var right = b.Length - head - tail;
        return (left <= 1 && right <= 1) || (left == 2 && right == 2 && a[head] == b[head + 1] && a[head + 1] == b[head]);
    }
}
