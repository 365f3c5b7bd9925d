using QureHost.Plugins.ReportNlp.Rules;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Plugins.ReportNlp.Reading;

/// <summary>
/// One label per finding from all that a report says of it. Presence stated anywhere holds: a report says "no new
/// bleed" and "known bleed unchanged" of the same bleed. A doubt in the findings yields to a denial in the impression.
/// </summary>
internal static class LabelResolver
{
    public static Dictionary<string, int> Resolve(RuleSet rules, Domain domain, List<Mention> mentions)
    {
        var labels = new Dictionary<string, int>();
        foreach (var group in mentions.Where(m => m.Value is not null).GroupBy(m => m.Finding))
        {
            labels[group.Key] = Weigh(group);
        }

        ApplyHierarchy(labels);
        foreach (var ((where, finding), name) in rules.ReportNames)
        {
            if (where == domain && labels.TryGetValue(finding, out var value))
            {
                labels[name] = value;
            }
        }

        return labels;
    }

    private static int Weigh(IEnumerable<Mention> mentions)
    {
        var isOpen = false;
        var isDeniedInImpression = false;
        foreach (var mention in mentions)
        {
            if (mention.Value == 1)
            {
                return 1;
            }

            isOpen |= mention.Value == -1;
            isDeniedInImpression |= mention is { Value: 0, IsImpression: true };
        }

        return isOpen && !isDeniedInImpression ? -1 : 0;
    }

    private static void ApplyHierarchy(Dictionary<string, int> labels)
    {
        foreach (var (finding, value) in labels.Where(label => label.Value != 0).ToArray())
        {
            foreach (var ancestor in FindingVocabulary.AncestorsOf(finding))
            {
                if (labels.GetValueOrDefault(ancestor) != 1)
                {
                    labels[ancestor] = value;
                }
            }
        }
    }
}
