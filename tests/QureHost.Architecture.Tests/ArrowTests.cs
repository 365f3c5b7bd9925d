using System.Xml.Linq;
using QureHost.Testing;

namespace QureHost.Architecture.Tests;

/// <summary>Holds the project references against the diagram in the README, which is the house's plan.</summary>
public sealed class ArrowTests
{
    [Fact]
    public void The_readme_shows_every_project_with_exactly_its_references()
    {
        var drawn = Diagram();
        var built = Projects().ToDictionary(p => p.Name, p => p.References);

        Assert.Equal(built.Keys.Order(), drawn.Keys.Order());
        foreach (var (project, references) in built)
        {
            Assert.True(references.SetEquals(drawn[project]), $"{project} references {string.Join(", ", references.Order())}; the README says {string.Join(", ", drawn[project].Order())}.");
        }
    }

    [Fact]
    public void A_plugin_references_the_sdk_and_its_imaging_alone()
    {
        var plugins = Projects().Where(p => p.Room == "plugins").ToArray();

        Assert.NotEmpty(plugins);
        Assert.All(plugins, p => Assert.Subset(new HashSet<string> { "QureHost.Sdk", "QureHost.Sdk.Imaging" }, p.References));
    }

    [Fact]
    public void The_sdk_contract_has_no_package_and_no_reference()
    {
        var sdk = XDocument.Load(Path.Combine(SharedData.RepositoryRoot, "sdk", "QureHost.Sdk", "QureHost.Sdk.csproj"));

        Assert.Empty(sdk.Descendants("PackageReference"));
        Assert.Empty(sdk.Descendants("ProjectReference"));
    }

    [Fact]
    public void Nothing_of_the_sdk_knows_the_host()
    {
        var host = Projects().Where(p => p.Room == "host").Select(p => p.Name).ToHashSet();

        Assert.All(Projects().Where(p => p.Room is "sdk" or "plugins"), p => Assert.Empty(p.References.Intersect(host)));
    }

    [Fact]
    public void References_have_no_cycle()
    {
        var open = Projects().ToDictionary(p => p.Name, p => p.References);
        while (open.Count > 0)
        {
            var leaves = open.Where(p => !p.Value.Overlaps(open.Keys)).Select(p => p.Key).ToArray();
            Assert.True(leaves.Length > 0, $"A cycle runs through {string.Join(", ", open.Keys)}.");
            Array.ForEach(leaves, leaf => open.Remove(leaf));
        }
    }

    private static IEnumerable<(string Room, string Name, HashSet<string> References)> Projects() =>
        from room in new[] { "sdk", "host", "plugins" }
        from file in Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, room), "*.csproj", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}templates{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        let references = XDocument.Load(file).Descendants("ProjectReference")
            .Where(r => r.Attribute("ReferenceOutputAssembly")?.Value != "false") // built before, not referenced
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
        select (room, Path.GetFileNameWithoutExtension(file), references.ToHashSet());

    /// <summary>Lines <c>Project  what it is  -> A, B</c> of the README's fenced block named <c>arrows</c>.</summary>
    private static Dictionary<string, HashSet<string>> Diagram()
    {
        var lines = File.ReadAllLines(Path.Combine(SharedData.RepositoryRoot, "README.md"));
        return lines.SkipWhile(l => l != "```arrows").Skip(1).TakeWhile(l => l != "```")
            .Where(l => l.TrimStart().StartsWith("QureHost", StringComparison.Ordinal))
            .Select(l => l.Split("->", 2))
            .ToDictionary(
                parts => parts[0].Trim().Split(' ')[0],
                parts => parts.Length == 1 ? [] : parts[1].Split(',', StringSplitOptions.TrimEntries).ToHashSet());
    }
}
