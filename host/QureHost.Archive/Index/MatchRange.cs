using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>Range matching of dates and times (PS3.4 §C.2.2.2.5) as bounds on the text.</summary>
internal static class MatchRange
{
    /// <summary>Sorts behind every continuation of a time: 1010 takes in 101059.999.</summary>
    private const string End = ":";

    /// <summary>Bounds of a value, both included; null where open.</summary>
    public static (string? From, string? To) Of(string value, DicomVr vr)
    {
        var dash = value.IndexOf('-', StringComparison.Ordinal);
        var from = dash < 0 ? value : value[..dash];
        var to = dash < 0 ? value : value[(dash + 1)..];
        // Some clients write 10:15 or 2026.01.31, as ACR-NEMA did.
        from = Plain(from);
        to = Plain(to);
        return (from.Length == 0 ? null : from, to.Length == 0 ? null : vr == DicomVr.DA ? to : to + End);
    }

    private static string Plain(string text) => text.Trim().Replace(":", "", StringComparison.Ordinal).Replace("/", "", StringComparison.Ordinal);
}
