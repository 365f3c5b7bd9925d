using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace QureHost.Sdk.Vocabulary;

/// <summary>
/// The one list of findings. What a product finds, what a report says and what a label file calls it meet here, so
/// that they can be compared.
/// </summary>
public static partial class FindingVocabulary
{
    private static readonly FrozenDictionary<string, FindingDefinition> ByKey = Index();

    /// <summary>All findings: head, then chest, then general.</summary>
    public static IReadOnlyList<FindingDefinition> All { get; } = [.. Head(), .. Chest(), .. General()];

    /// <summary>
    /// Looks a finding up by its name or an alias. Case, spaces, hyphens and underscores do not matter, nor whether
    /// haemorrhage and oedema are spelt the British or the American way.
    /// </summary>
    public static bool TryGet(string? nameOrAlias, [NotNullWhen(true)] out FindingDefinition? finding)
    {
        finding = null;
        return nameOrAlias is { Length: > 0 and <= 200 } && ByKey.TryGetValue(Key(nameOrAlias), out finding);
    }

    /// <summary>The name of the vocabulary for a name or alias, or null where it is unknown.</summary>
    public static string? NameOf(string? nameOrAlias) => TryGet(nameOrAlias, out var finding) ? finding.Name : null;

    /// <summary>Findings that this one implies directly; empty for unknown names.</summary>
    public static IReadOnlyList<string> ParentsOf(string nameOrAlias) => TryGet(nameOrAlias, out var finding) ? finding.Parents : [];

    /// <summary>Findings that this one implies, directly or through others, nearest first; empty for unknown names.</summary>
    public static IReadOnlyList<string> AncestorsOf(string nameOrAlias)
    {
        List<string> found = [.. ParentsOf(nameOrAlias)];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(ParentsOf(found[i]).Where(parent => !found.Contains(parent)));
        }

        return found;
    }

    private static FrozenDictionary<string, FindingDefinition> Index()
    {
        var byKey = new Dictionary<string, FindingDefinition>();
        foreach (var finding in (IEnumerable<FindingDefinition>)[.. Head(), .. Chest(), .. General()])
        {
            byKey.Add(Key(finding.Name), finding);
            foreach (var alias in finding.Aliases)
            {
                // A duplicate throws here, in the first test that touches the vocabulary.
                byKey.Add(Key(alias), finding);
            }
        }

        return byKey.ToFrozenDictionary();
    }

    private static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (char.IsLetterOrDigit(c))
            {
                key.Append(char.ToLowerInvariant(c));
            }
            else if (key.Length > 0 && key[^1] != '_')
            {
                key.Append('_');
            }
        }

        return key.Replace("haem", "hem").Replace("oedema", "edema").Replace("ischaem", "ischem").ToString().TrimEnd('_');
    }

    private static FindingCode RadLex(string value, string meaning, string verified, CodeMatch match = CodeMatch.Exact, string? note = null) =>
        new(CodeScheme.RadLex, value, meaning, verified, match, note);

    private static FindingCode SnomedCt(string value, string meaning, string verified, CodeMatch match = CodeMatch.Exact, string? note = null) =>
        new(CodeScheme.SnomedCt, value, meaning, verified, match, note);

    private static FindingCode Dicom(string value, string meaning, string verified) =>
        new(CodeScheme.Dicom, value, meaning, verified);

    private static FindingCode RadElement(string value, string meaning, string verified, CodeMatch match, string? note = null) =>
        new(CodeScheme.RadElement, value, meaning, verified, match, note);
}
