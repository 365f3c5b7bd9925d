namespace QureHost.Plugins;

/// <summary>Order of semantic versions (semver.org §11).</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Split(x ?? ""), Split(y ?? ""));
        var core = CompareParts(a.Core, b.Core);
        return core != 0 ? core
            : a.Before.Length == 0 || b.Before.Length == 0 ? b.Before.Length.CompareTo(a.Before.Length)   // 1.0.0-rc.1 comes before 1.0.0
            : CompareParts(a.Before, b.Before);
    }

    private static (string[] Core, string[] Before) Split(string version)
    {
        var text = version.Split('+')[0];
        var dash = text.IndexOf('-');
        return dash < 0 ? (text.Split('.'), []) : (text[..dash].Split('.'), text[(dash + 1)..].Split('.'));
    }

    private static int CompareParts(string[] a, string[] b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var order = (long.TryParse(a[i], out var x), long.TryParse(b[i], out var y)) switch
            {
                (true, true) => x.CompareTo(y),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(a[i], b[i]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return a.Length.CompareTo(b.Length);
    }
}
