namespace QureHost.Sdk.Vocabulary;

/// <summary>Verified codes for presence and side, RadLex first, then SNOMED CT.</summary>
public static class StandardCodes
{
    /// <summary>The finding is there.</summary>
    public static IReadOnlyList<FindingCode> Present { get; } = Pair("RID28472", "present", "52101004", "Present");

    /// <summary>The finding is not there.</summary>
    public static IReadOnlyList<FindingCode> Absent { get; } = Pair("RID28473", "absent", "2667000", "Absent");

    /// <summary>Looked for without a decision.</summary>
    public static IReadOnlyList<FindingCode> Indeterminate { get; } = Pair("RID39110", "indeterminate", "82334004", "Indeterminate");

    /// <summary>Not known, not looked for.</summary>
    public static IReadOnlyList<FindingCode> Unknown { get; } = Pair("RID5655", "unknown", "261665006", "Unknown");

    /// <summary>The patient's left.</summary>
    public static IReadOnlyList<FindingCode> Left { get; } = Pair("RID5824", "left", "7771000", "left");

    /// <summary>The patient's right.</summary>
    public static IReadOnlyList<FindingCode> Right { get; } =
        [new(CodeScheme.RadLex, "RID5825", "right", "F+T"), new(CodeScheme.SnomedCt, "24028007", "right", "F")];

    private static FindingCode[] Pair(string radLex, string radLexMeaning, string snomed, string snomedMeaning) =>
        [new(CodeScheme.RadLex, radLex, radLexMeaning, "F"), new(CodeScheme.SnomedCt, snomed, snomedMeaning, "F")];
}
