namespace QureHost.Plugins.ReportNlp.Rules;

/// <summary>A gap of a phrase.</summary>
internal readonly record struct PhraseGap(int Size, bool CrossesCommas, PhraseNode After);

/// <summary>A state of the automaton that finds phrases: where words lead, what gaps may be skipped, what ends here.</summary>
internal sealed class PhraseNode
{
    /// <summary>Next states by word id.</summary>
    public Dictionary<int, List<PhraseNode>> Next { get; } = [];

    /// <summary>Up to so many words may be skipped, commas among them or not, then go on from the state.</summary>
    public List<PhraseGap> Gaps { get; } = [];

    /// <summary>Phrases that end here.</summary>
    public List<int> Payloads { get; } = [];

    /// <summary>States that are reached without a word. Emptied by <see cref="Close"/>.</summary>
    private List<PhraseNode> Free { get; } = [];

    public void Go(int word, PhraseNode to) => (Next.TryGetValue(word, out var list) ? list : Next[word] = []).Add(to);

    public void GoFree(PhraseNode to) => Free.Add(to);

    /// <summary>Takes over the edges of all states that are reached without a word, here and in all states behind.</summary>
    public void Close()
    {
        var closed = new HashSet<PhraseNode>();
        var order = new List<PhraseNode>();
        var open = new Stack<PhraseNode>([this]);
        while (open.TryPop(out var node))
        {
            if (!closed.Add(node))
            {
                continue;
            }

            order.Add(node);
            node.TakeOver();
            foreach (var next in node.Next.Values.SelectMany(list => list).Concat(node.Gaps.Select(gap => gap.After)))
            {
                open.Push(next);
            }
        }

        foreach (var node in order)
        {
            node.JoinGaps();
        }
    }

    /// <summary>A gap right behind a gap is one long gap; what may end right behind a gap may end before it.</summary>
    private void JoinGaps()
    {
        for (var i = 0; i < Gaps.Count; i++)
        {
            var gap = Gaps[i];
            foreach (var further in gap.After.Gaps.ToArray())
            {
                var joined = new PhraseGap(gap.Size + further.Size, gap.CrossesCommas || further.CrossesCommas, further.After);
                if (!Gaps.Contains(joined))
                {
                    Gaps.Add(joined);
                }
            }

            Payloads.AddRange(gap.After.Payloads.Except(Payloads).ToArray());
        }
    }

    private void TakeOver()
    {
        var seen = new HashSet<PhraseNode> { this };
        var free = new Stack<PhraseNode>(Free);
        Free.Clear();
        while (free.TryPop(out var node))
        {
            if (!seen.Add(node))
            {
                continue;
            }

            foreach (var (word, list) in node.Next)
            {
                foreach (var to in list)
                {
                    Go(word, to);
                }
            }

            Gaps.AddRange(node.Gaps);
            Payloads.AddRange(node.Payloads.Except(Payloads).ToArray());
            foreach (var further in node.Free)
            {
                free.Push(further);
            }
        }
    }
}
