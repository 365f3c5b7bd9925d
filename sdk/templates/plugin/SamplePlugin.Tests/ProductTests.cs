using QureHost.Imaging;
using QureHost.Phantoms;
using QureHost.Sdk.Results;
using QureHost.Sdk.Testing;

namespace SamplePlugin.Tests;

/// <summary>Runs the plugin as a host would, without one, on phantoms whose truth is known.</summary>
public sealed class ProductTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sample-plugin-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none", false, Presence.Absent, null)]
    [InlineData("effusion", false, Presence.Present, Laterality.Right)]
    [InlineData("effusion", true, Presence.Present, Laterality.Left)]
    public async Task It_finds_the_side_of_an_effusion(string finding, bool left, Presence presence, Laterality? side)
    {
        PhantomStudy.Write("chest-xray", _folder, new PhantomOptions { Finding = finding, Left = left });
        using var product = ProductRun.Open(AppContext.BaseDirectory, [Path.Combine(AppContext.BaseDirectory, "models")]);

        var outcome = await product.RunAsync(await FolderStudy.OpenAsync(_folder, Cancelled), ct: Cancelled);

        Assert.Null(outcome.Error);
        var found = Assert.Single(outcome.Results.OfType<Finding>());
        Assert.Equal((presence, side), (found.Presence, found.Laterality));
    }

    [Fact]
    public async Task It_keeps_the_contract()
    {
        PhantomStudy.Write("chest-xray", _folder, new PhantomOptions { Finding = "effusion" });

        var report = await Conformance.CheckAsync(AppContext.BaseDirectory, _folder, ct: Cancelled);

        Assert.Empty(report.Broken);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
