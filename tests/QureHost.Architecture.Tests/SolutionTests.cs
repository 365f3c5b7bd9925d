using System.Text.RegularExpressions;
using QureHost.Testing;

namespace QureHost.Architecture.Tests;

/// <summary>What is not in the solution is neither built nor tested by anyone.</summary>
public sealed partial class SolutionTests
{
    [Fact]
    public void The_solution_lists_every_project_of_the_repository()
    {
        var listed = ProjectPath().Matches(File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "QureHost.sln"))).Select(m => m.Groups[1].Value.Replace('\\', '/'));

        Assert.Equal(Projects().Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    /// <summary>All but the templates, which are projects once somebody has expanded them.</summary>
    private static IEnumerable<string> Projects() =>
        from room in new[] { "sdk", "host", "plugins", "tests" }
        from file in Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, room), "*.csproj", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(SharedData.RepositoryRoot, file).Replace('\\', '/')
        where !path.StartsWith("sdk/templates/", StringComparison.Ordinal) && !path.Split('/').Any(part => part is "bin" or "obj")
        select path;

    [GeneratedRegex("""= "[^"]+", "([^"]+\.csproj)",""")]
    private static partial Regex ProjectPath();
}
