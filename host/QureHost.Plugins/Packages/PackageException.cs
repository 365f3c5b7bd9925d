namespace QureHost.Plugins;

/// <summary>A plugin's package that cannot be made or used; each problem is a sentence for its author.</summary>
public sealed class PackageException(IReadOnlyList<string> problems) : Exception(string.Join(" ", problems))
{
    public PackageException(string problem)
        : this([problem])
    {
    }

    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
