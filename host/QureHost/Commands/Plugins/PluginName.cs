using System.Text;

namespace QureHost.Commands;

/// <summary>A plugin's name in its two spellings: of its classes, and of its id.</summary>
internal sealed record PluginName(string Pascal, string Kebab)
{
    /// <summary>Null where no plugin can be called so.</summary>
    public static PluginName? Parse(string name)
    {
        if (name.Length is 0 or > 32 || !char.IsAsciiLetter(name[0]) || name[^1] == '-' || name.Contains("--") || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return null;
        }

        var pascal = string.Concat(name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        var kebab = new StringBuilder();
        for (var i = 0; i < pascal.Length; i++)
        {
            var begins = i > 0 && char.IsAsciiLetterUpper(pascal[i]) && (!char.IsAsciiLetterUpper(pascal[i - 1]) || (i + 1 < pascal.Length && char.IsAsciiLetterLower(pascal[i + 1])));
            kebab.Append(begins ? "-" : "").Append(char.ToLowerInvariant(pascal[i]));
        }

        return kebab.Length > 32 || Reserved.Contains(pascal) ? null : new PluginName(pascal, kebab.ToString());
    }

    // A namespace of these names would hide what the template uses.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "System", "QureHost", "Xunit", "Product", "Microsoft" };
}
