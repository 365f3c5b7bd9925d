using System.Text;

namespace QureHost.Dicom;

/// <summary>Names of people (VR PN, PS3.5 §6.2.1): up to three groups of five components, <c>Family^Given^Middle^Prefix^Suffix=ideographic=phonetic</c>.</summary>
public static class PersonNames
{
    /// <summary>
    /// A spelling to search by: lower case, without accents, full and half width made one, runs of blanks joined,
    /// empty components and groups at the end dropped. Groups stay separated by <c>=</c>, components by <c>^</c>.
    /// </summary>
    public static string Fold(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var folded = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c < 0x80)
            {
                Append(folded, char.ToLowerInvariant(c));
                continue;
            }

            var row = FoldData.Characters.BinarySearch((ushort)c);
            if (row >= 0)
            {
                foreach (var f in FoldData.Text.AsSpan(FoldData.Starts[row], FoldData.Starts[row + 1] - FoldData.Starts[row]))
                {
                    Append(folded, f);
                }
            }
            else
            {
                Append(folded, char.ToLowerInvariant(c));
            }
        }

        Trim(folded);
        return folded.ToString();
    }

    /// <summary>For people to read: <c>Müller, Hans</c> out of <c>Müller^Hans</c>; the alphabetic group, or the first that is there.</summary>
    public static string Display(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var group = name.Split('=').FirstOrDefault(g => g.Trim('^', ' ').Length > 0) ?? "";
        var parts = Array.ConvertAll(group.Split('^'), p => p.Trim());
        var given = string.Join(' ', new[] { At(parts, 3), At(parts, 1), At(parts, 2) }.Where(p => p.Length > 0));
        var shown = At(parts, 0).Length == 0 ? given : given.Length == 0 ? At(parts, 0) : $"{At(parts, 0)}, {given}";
        return At(parts, 4).Length == 0 ? shown : $"{shown}, {At(parts, 4)}";
    }

    private static string At(string[] parts, int index) => index < parts.Length ? parts[index] : "";

    private static void Append(StringBuilder folded, char c)
    {
        if (char.IsWhiteSpace(c))
        {
            if (folded.Length > 0 && folded[^1] is not (' ' or '^' or '='))
            {
                folded.Append(' ');
            }

            return;
        }

        if (c is '^' or '=')
        {
            if (c == '=')
            {
                Trim(folded, keepGroups: true);
            }
            else if (folded.Length > 0 && folded[^1] == ' ')
            {
                folded.Length--;
            }
        }

        folded.Append(c);
    }

    private static void Trim(StringBuilder folded, bool keepGroups = false)
    {
        while (folded.Length > 0 && (folded[^1] is ' ' or '^' || (folded[^1] == '=' && !keepGroups)))
        {
            folded.Length--;
        }
    }
}
