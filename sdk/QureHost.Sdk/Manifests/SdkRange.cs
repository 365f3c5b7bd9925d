using System.Diagnostics.CodeAnalysis;

namespace QureHost.Sdk.Manifests;

/// <summary>A range of SDK versions: comparators that must all hold, for instance <c>&gt;=0.1 &lt;0.2</c>.</summary>
public sealed class SdkRange
{
    private static readonly string[] Operators = [">=", "<=", ">", "<", "="];
    private readonly (string Operator, Version Version)[] _comparators;

    private SdkRange((string Operator, Version Version)[] comparators) => _comparators = comparators;

    /// <summary>Reads a range; false where it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SdkRange? range)
    {
        range = null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var comparators = new (string, Version)[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var op = Array.Find(Operators, o => parts[i].StartsWith(o, StringComparison.Ordinal)) ?? "";
            if (!TryParseVersion(parts[i][op.Length..], out var version))
            {
                return false;
            }

            comparators[i] = (op, version);
        }

        range = parts.Length > 0 ? new SdkRange(comparators) : null;
        return range is not null;
    }

    /// <summary>True where every comparator holds.</summary>
    public bool Contains(Version version) => Array.TrueForAll(_comparators, c => c.Operator switch
    {
        ">=" => version >= c.Version,
        "<=" => version <= c.Version,
        ">" => version > c.Version,
        "<" => version < c.Version,
        _ => version == c.Version,
    });

    private static bool TryParseVersion(string text, [NotNullWhen(true)] out Version? version)
    {
        version = null;
        var numbers = text.Split('.');
        var parsed = new int[3];
        if (numbers.Length > 3)
        {
            return false;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (!int.TryParse(numbers[i], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out parsed[i]))
            {
                return false;
            }
        }

        version = new Version(parsed[0], parsed[1], parsed[2]);
        return true;
    }
}
