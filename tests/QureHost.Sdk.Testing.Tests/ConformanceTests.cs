using System.Text.Json.Nodes;
using QureHost.Phantoms;
using QureHost.Testing;

namespace QureHost.Sdk.Testing.Tests;

/// <summary>A broken sample for each rule fails that rule, and a sound one fails none.</summary>
public sealed class ConformanceTests(ConformanceTests.Film film) : IClassFixture<ConformanceTests.Film>, IDisposable
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "test-plugins", "broken");
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<ConformanceRule> Rules => [.. Enum.GetValues<ConformanceRule>().Where(r => r != ConformanceRule.Contract)];

    public static TheoryData<string> ContractBreakers =>
    [
        "ContractId", "ContractOf", "ContractName", "ContractProbability", "ContractThreshold", "ContractReason", "ContractValue", "ContractUnit", "ContractShape",
        "ContractMask", "ContractLabel", "ContractImage", "ContractSection", "ContractWithdrawal", "ContractModel", "ContractCheckpoint",
    ];

    [Fact]
    public async Task A_sound_product_keeps_every_rule()
    {
        var report = await CheckAsync("Sound");

        Assert.Empty(report.Broken);
        Assert.True(report.Conforms);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_product_that_breaks_a_rule_is_caught_by_that_rule_and_no_other(ConformanceRule rule)
    {
        var report = await CheckAsync(rule.ToString(), rule);

        Assert.False(report.Conforms);
        var broken = report.Checks.Where(c => c.Problems.Count > 0).Select(c => c.Rule).ToArray();
        Assert.Equal([rule], broken);
    }

    [Theory]
    [MemberData(nameof(ContractBreakers))]
    public async Task A_product_that_breaks_the_contract_and_swallows_the_exception_is_caught(string type)
    {
        var report = await CheckAsync(type);

        Assert.Contains(report.Checks, c => c.Rule == ConformanceRule.Contract && c.Problems.Count > 0);
    }

    [Fact]
    public void There_is_a_sample_for_each_way_to_break_the_contract()
    {
        var samples = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "tests", "plugins", "Broken", "Contract.cs"));

        Assert.Equal(samples.Split(": ContractBreaker\n").Length - 1, ContractBreakers.Count);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>One phantom for all of them.</summary>
    public sealed class Film : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Film() => PhantomStudy.Write("chest-xray", Path, new PhantomOptions());

        public string Path => _folder.At("study");

        public void Dispose() => _folder.Dispose();
    }

    /// <summary>A plugin's folder whose manifest names the sample; rules of the folder itself are broken in the folder.</summary>
    private async Task<ConformanceReport> CheckAsync(string type, ConformanceRule? rule = null)
    {
        var folder = _folder.At("plugin");
        Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(Samples, "Broken.dll"), Path.Combine(folder, "Broken.dll"));
        File.Copy(Path.Combine(Samples, "Broken.deps.json"), Path.Combine(folder, "Broken.deps.json"));
        var isOfFolder = rule is ConformanceRule.Manifest or ConformanceRule.Sdk or ConformanceRule.OwnSdk or ConformanceRule.Models or ConformanceRule.Settings;
        var manifest = new JsonObject
        {
            ["id"] = "broken",
            ["name"] = "Broken",
            ["version"] = "1.0.0",
            ["sdk"] = rule == ConformanceRule.Sdk ? ">=9.0" : ">=0.1 <0.2",
            ["entry"] = new JsonObject { ["assembly"] = "Broken.dll", ["type"] = $"Broken.{(isOfFolder ? "Sound" : type)}" },
            ["starts"] = "Slice",
            ["inputs"] = new JsonArray(new JsonObject { ["modality"] = new JsonArray("DX") }),
            ["findings"] = new JsonArray("cardiomegaly"),
            ["localises"] = rule != ConformanceRule.Localises,
            ["heartbeatSeconds"] = rule == ConformanceRule.Heartbeat ? .3 : 30,
        };
        switch (rule)
        {
            case ConformanceRule.Manifest:
                manifest["attempts"] = 0;
                break;
            case ConformanceRule.OwnSdk:
                File.Copy(typeof(IProduct).Assembly.Location, Path.Combine(folder, "QureHost.Sdk.dll"));
                break;
            case ConformanceRule.Models:
                manifest["models"] = new JsonArray("changed");
                var model = Path.Combine(folder, "models", "changed");
                Directory.CreateDirectory(model);
                var good = Path.Combine(SharedData.RepositoryRoot, "tests", "models", "double");
                File.WriteAllText(Path.Combine(model, "model.json"), File.ReadAllText(Path.Combine(good, "model.json")).Replace("\"double\"", "\"changed\""));
                File.WriteAllBytes(Path.Combine(model, "model.onnx"), [.. File.ReadAllBytes(Path.Combine(good, "model.onnx")), 0]);
                break;
            case ConformanceRule.Settings:
                manifest["settings"] = JsonNode.Parse("""{"type":"object","properties":{"threshold":{"type":"number","maximum":1,"default":7}}}""");
                break;
        }

        File.WriteAllText(Path.Combine(folder, "plugin.json"), manifest.ToJsonString());
        return await Conformance.CheckAsync(folder, film.Path, new ConformanceOptions { Grace = TimeSpan.FromSeconds(1), Afterwards = TimeSpan.FromMilliseconds(rule == ConformanceRule.Afterwards ? 2000 : 20) });
    }
}
