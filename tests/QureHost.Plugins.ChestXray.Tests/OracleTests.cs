using System.Text.Json;
using QureHost.Plugins.ChestXray.Tests.Fakes;
using QureHost.Sdk.Results;
using QureHost.Testing;

namespace QureHost.Plugins.ChestXray.Tests;

/// <summary>
/// The product against the Python pipeline that trained the models (<c>models/chest-xray/train/oracle.py</c>): the same
/// probabilities and ratio for the same pixels.
/// </summary>
public sealed class OracleTests
{
    // Weights are stored in half precision, and resizing runs in single.
    private const double Probability = 0.004;
    private const double Ratio = 0.004;

    [Theory]
    [InlineData("cardiomegaly")]
    [InlineData("effusion")]
    [InlineData("normal")]
    public Task The_samples_give_the_numbers_of_the_training(string name) =>
        AgreesAsync("samples.json", name, Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray", $"{name}.dcm"));

    [Fact]
    public async Task Real_films_give_the_numbers_of_the_training()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        foreach (var name in Oracle("dev.json").EnumerateObject().Select(p => p.Name))
        {
            await AgreesAsync("dev.json", name, SharedData.At("data", "cxr", "dev", "dicom", $"{name}.dcm"));
        }
    }

    private static async Task AgreesAsync(string oracle, string name, string path)
    {
        var expected = Oracle(oracle).GetProperty(name);

        var run = await FakeRun.OfAsync(new FakeStudy(FakeFilm.Sample(path)));

        foreach (var finding in expected.GetProperty("probabilities").EnumerateObject())
        {
            var actual = run.Finding(finding.Name).Probability!.Value;
            Assert.True(Math.Abs(finding.Value.GetDouble() - actual) < Probability, $"{name}, {finding.Name}: {finding.Value} in Python, {actual} here");
        }

        var ratio = run.Results.OfType<Measurement>().Single(m => m.Name == "cardiothoracic_ratio").Value;
        Assert.Equal(expected.GetProperty("ratio").GetDouble(), ratio, Ratio);
    }

    private static JsonElement Oracle(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Oracle", file))).RootElement;
}
