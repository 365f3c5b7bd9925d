using System.Text.Json;
using QureHost.Imaging;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Testing;

namespace QureHost.Sdk.Testing.Tests;

public sealed class ProductRunTests
{
    private static readonly string Models = Path.Combine(SharedData.RepositoryRoot, "tests", "models");
    private static readonly string Hello = Path.Combine(AppContext.BaseDirectory, "test-plugins", "hello");
    private static readonly string Samples = Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray");

    [Fact]
    public async Task A_plugin_from_its_folder_runs_with_its_model_on_a_real_chest_film()
    {
        using var product = ProductRun.Open(Hello, [Models]);
        var study = await FolderStudy.OpenAsync(Path.Combine(Samples, "normal.dcm"));

        var outcome = await product.RunAsync(study);

        Assert.Null(outcome.Error);
        Assert.Equal("ok", outcome.Status);
        Assert.Equal(["Finding", "Measurement"], outcome.Results.Select(r => r.GetType().Name));
        Assert.Empty(outcome.Problems);
        Assert.Equal("brightness", Assert.Single(outcome.Models).Name);
        Assert.Equal("image 1", Assert.Single(outcome.Checkpoints).Stage);

        // The mean of the film's display values, worked out from the slice itself and not by the model.
        using var slice = await study.Series[0].SliceAsync(study.Series[0].SopUids[0], 0, Studies.PixelKind.Display, CancellationToken.None);
        var mean = slice.Samples.ToArray().Average(s => (s * slice.Slope) + slice.Intercept);
        Assert.Equal(mean, outcome.Results.OfType<Measurement>().Single().Value, 4);
    }

    [Fact]
    public async Task Settings_reach_the_product_and_wrong_ones_do_not()
    {
        using var product = ProductRun.Open(Hello, [Models]);
        var study = await FolderStudy.OpenAsync(Path.Combine(Samples, "normal.dcm"));

        var strict = await product.RunAsync(study, JsonDocument.Parse("""{"threshold":1}""").RootElement);
        var loose = await product.RunAsync(study, JsonDocument.Parse("""{"threshold":0}""").RootElement);
        var wrong = await product.RunAsync(study, JsonDocument.Parse("""{"threshold":7}""").RootElement);

        Assert.Equal(Presence.Absent, strict.Results.OfType<Finding>().Single().Presence);
        Assert.Equal(Presence.Present, loose.Results.OfType<Finding>().Single().Presence);
        Assert.Equal(("failed", "settings.threshold: must be at most 1."), (wrong.Status, wrong.Error));
    }

    [Fact]
    public async Task A_missing_model_fails_the_run_with_its_reason()
    {
        using var product = ProductRun.Open(Hello, [Path.Combine(Models, "nowhere")]);

        var outcome = await product.RunAsync(await FolderStudy.OpenAsync(Samples));

        Assert.Equal("failed", outcome.Status);
        Assert.Contains("'brightness' is not installed", outcome.Error);
    }

    [Fact]
    public void A_folder_whose_code_is_missing_is_told()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Hello, "plugin.json"), folder.At("plugin.json"));

        Assert.Contains("Hello.dll is missing", Assert.Throws<InvalidOperationException>(() => ProductRun.Open(folder.Path, [Models])).Message);
        Assert.Throws<ManifestException>(() => ProductRun.Open(folder.At("nowhere"), [Models]));
    }

    [Fact]
    public void Results_that_do_not_hang_together_are_named()
    {
        Result[] results =
        [
            new Gate { Id = "gate", Status = GateStatus.Refused, Reasons = ["Not a chest film."] },
            new Finding { Id = "f", Name = "cardiomegaly", Presence = Presence.Absent, Final = false },
            new Measurement { Id = "m", Of = "gone", Name = "volume", Value = 1, Unit = "ml" },
        ];

        Assert.Equal(3, Conformance.ProblemsOf(results).Count);
        Assert.Empty(Conformance.ProblemsOf(results[..1]));
    }
}
