using QureHost.Plugins.ReportNlp.Text;

namespace QureHost.Plugins.ReportNlp.Rules;

/// <summary>A phrase of the rules, found in a text.</summary>
/// <param name="Payload">What the rules attached to the phrase.</param>
/// <param name="First">Index of the first token.</param>
/// <param name="Last">Index of the last token.</param>
/// <param name="Anchors">Bit n is set where token First + n is a word of the phrase and not one of its gaps.</param>
internal readonly record struct PhraseMatch(int Payload, int First, int Last, ulong Anchors)
{
    public int Size => System.Numerics.BitOperations.PopCount(Anchors);

    public bool HasAnchor(int token) => token >= First && token <= Last && (Anchors & (1UL << (token - First))) != 0;

    /// <summary>This phrase's words are all words of the other, which has more.</summary>
    public bool IsInside(in PhraseMatch other)
    {
        if (First < other.First || Last > other.Last)
        {
            return false;
        }

        var mine = Anchors << (First - other.First);
        return (mine & ~other.Anchors) == 0 && mine != other.Anchors;
    }
}

/// <summary>
/// All phrases of a kind in one automaton over word ids: one walk from each token finds every phrase that starts there.
/// A gap may skip a bounded number of words, never a mark that ends a clause; a phrase spans at most 60 tokens.
/// So the work per token is bounded by the rules, not by the text.
/// </summary>
internal sealed class PhraseFinder
{
    private const int MaxSpan = 60;

    /// <summary>Steps of the walks from one token; prose needs some dozens.</summary>
    private const int MaxSteps = 20_000;

    private readonly Dictionary<int, List<PhraseNode>> starts = [];

    /// <summary>Adds a phrase whose graph begins at <paramref name="start"/>.</summary>
    public void Add(PhraseNode start)
    {
        start.Close();
        foreach (var (word, nodes) in start.Next)
        {
            (starts.TryGetValue(word, out var list) ? list : starts[word] = []).AddRange(nodes);
        }
    }

    /// <summary>Finds every phrase that starts at a token of [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public void Find(List<Token> tokens, int from, int to, List<PhraseMatch> found)
    {
        for (var i = from; i < to; i++)
        {
            if (tokens[i].Classes.Length > 0)
            {
                var firstFound = found.Count;
                var steps = MaxSteps;
                Walk(starts, tokens, i, i, to, 0, found, firstFound, ref steps);
            }
        }
    }

    private static void Walk(Dictionary<int, List<PhraseNode>> edges, List<Token> tokens, int first, int at, int to, ulong anchors, List<PhraseMatch> found, int firstFound, ref int steps)
    {
        if (at >= to || at - first >= MaxSpan || --steps < 0)
        {
            return;
        }

        foreach (var id in tokens[at].Classes)
        {
            if (!edges.TryGetValue(id, out var nodes))
            {
                continue;
            }

            var now = anchors | (1UL << (at - first));
            foreach (var node in nodes)
            {
                foreach (var payload in node.Payloads)
                {
                    var match = new PhraseMatch(payload, first, at, now);
                    if (found.IndexOf(match, firstFound) < 0)
                    {
                        found.Add(match);
                    }
                }

                if (node.Next.Count > 0)
                {
                    Walk(node.Next, tokens, first, at + 1, to, now, found, firstFound, ref steps);
                }

                foreach (var gap in node.Gaps)
                {
                    for (var skip = 0; skip <= gap.Size; skip++)
                    {
                        var there = at + 1 + skip;
                        if (there >= to || (skip > 0 && EndsClause(tokens[there - 1], gap.CrossesCommas)))
                        {
                            break;
                        }

                        Walk(gap.After.Next, tokens, first, there, to, now, found, firstFound, ref steps);
                    }
                }
            }
        }
    }

    private static bool EndsClause(in Token token, bool crossesCommas) =>
        token.Kind == TokenKind.Mark && ((token.Mark == ',' && !crossesCommas) || token.Mark is ';' or '.' or '!' or '?' or '\u2022');
}
