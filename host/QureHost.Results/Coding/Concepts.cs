using QureHost.Sdk.Results;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Results.Coding;

/// <summary>The SDK's words as codes.</summary>
internal static class Concepts
{
    /// <summary>
    /// A finding: a verified code that means just that, else its own name in our scheme. A broader code would let "fracture"
    /// stand for a fracture of the skull.
    /// </summary>
    public static Code Finding(string name)
    {
        if (!FindingVocabulary.TryGet(name, out var finding))
            return Code.Own(name, Words(name));
        var code = finding.Codes.FirstOrDefault(c => c is { Match: CodeMatch.Exact, Designator: not null });
        return code is null ? Code.Own(finding.Name, finding.Display) : new Code(code.Value, code.Designator!, code.Meaning);
    }

    /// <summary>The region that a finding is looked for in, or null.</summary>
    public static Code? Site(string name) => FindingVocabulary.TryGet(name, out var finding) ? finding.Group switch
    {
        FindingGroup.Chest => Codes.Chest,
        FindingGroup.Head => Codes.Head,
        _ => null,
    } : null;

    public static string Display(string name) => FindingVocabulary.TryGet(name, out var finding) ? finding.Display : Words(name);

    public static Code Presence(Presence presence) => presence switch
    {
        Sdk.Results.Presence.Present => Codes.Present,
        Sdk.Results.Presence.Absent => Codes.Absent,
        Sdk.Results.Presence.Indeterminate => Codes.Indeterminate,
        _ => Codes.NotAssessed,
    };

    public static Code Side(Laterality side) => side switch
    {
        Laterality.Left => Codes.Left,
        Laterality.Right => Codes.Right,
        Laterality.Bilateral => Codes.Bilateral,
        _ => Codes.Midline,
    };

    public static Code Status(GateStatus status) => status switch
    {
        GateStatus.Refused => Code.Own("refused", "Refused: not read"),
        GateStatus.Qualified => Code.Own("qualified", "Qualified: read with reservations"),
        _ => Code.Own("ok", "Read"),
    };

    public static Code Measurement(string name) => Code.Own(name, Words(name));

    /// <summary>A UCUM unit; the code is the unit itself (PS3.16 CID 82).</summary>
    public static Code Unit(string unit) => unit switch
    {
        "1" => new("1", "UCUM", "no units"),
        "%" => Codes.Percent,
        "mm" => new("mm", "UCUM", "millimeter"),
        "cm" => new("cm", "UCUM", "centimeter"),
        "mm2" => new("mm2", "UCUM", "square millimeter"),
        "cm2" => new("cm2", "UCUM", "square centimeter"),
        "ml" => new("ml", "UCUM", "milliliter"),
        "deg" => new("deg", "UCUM", "degree"),
        "s" => new("s", "UCUM", "second"),
        _ => new(unit, "UCUM", unit),
    };

    private static string Words(string name) => name.Length == 0 ? "unnamed" : char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');
}
