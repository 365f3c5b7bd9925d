namespace QureHost.Archive;

/// <summary>Lists in one column, <c>\CT\SR\</c>: a member is found by LIKE with its separators.</summary>
internal static class Lists
{
    public static string Join(IEnumerable<string> values)
    {
        var joined = string.Join('\\', values.Where(v => v.Length > 0));
        return joined.Length == 0 ? "" : $"\\{joined}\\";
    }

    public static string[] Split(string? joined) => joined?.Split('\\', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
