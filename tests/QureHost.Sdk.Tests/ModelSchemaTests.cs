using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Sdk.Tests;

public sealed class ModelSchemaTests
{
    private const string Whole =
        """
        {
          "name": "double", "version": "1.0.0", "sha256": "b4a1b4b8e9a0b5c4f2f6d0e4d1b1d8c2a7a6a5a4a3a2a1a0b4a1b4b8e9a0b5c4", "bytes": 12,
          "licence": "MIT", "source": "made by hand", "intendedUse": "tests", "limits": ["tests only"],
          "preprocessing": "none", "calibration": "none",
          "inputs": { "x": { "type": "float32", "shape": ["n", 4], "unit": "1" } },
          "outputs": { "y": "float32 [n, 4]: twice x and one" },
          "parameters": { "classes": ["a"] },
          "measured": { "auc": { "n": 12, "value": 0.5 } },
          "cost": { "memoryBytes": 1, "secondsPerItem": 0.1, "loadSeconds": 0.2, "devices": { "cpu": { "secondsPerItem": 0.1, "hardware": "2 cores" } } },
          "weights": { "url": "https://example.org/double.onnx" }
        }
        """;

    [Fact]
    public void The_schema_and_the_card_have_the_same_members()
    {
        Assert.Equal(Members(ModelSchema.Schema), Properties(typeof(ModelCard)));
        Assert.Equal(Members(ModelSchema.Schema.GetProperty("properties").GetProperty("cost")), Properties(typeof(ModelCost)));
        Assert.Equal(Members(ModelSchema.Schema.GetProperty("properties").GetProperty("weights")), Properties(typeof(ModelWeights)));
        Assert.Equal(
            Members(ModelSchema.Schema.GetProperty("properties").GetProperty("cost").GetProperty("properties").GetProperty("devices").GetProperty("additionalProperties")),
            Properties(typeof(DeviceCost)));
    }

    [Fact]
    public void What_the_code_cannot_do_without_the_schema_requires()
    {
        var required = ModelSchema.Schema.GetProperty("required").EnumerateArray().Select(r => r.GetString()).ToArray();
        var needed = SdkJson.Default.ModelCard.Properties.Where(p => p.IsRequired).Select(p => p.Name);

        Assert.Subset(required.ToHashSet(), needed.ToHashSet<string?>());
    }

    [Fact]
    public void A_whole_card_keeps_the_schema_and_is_read_as_it_is_written()
    {
        Assert.Empty(ModelSchema.Problems(Encoding.UTF8.GetBytes(Whole)));

        var card = JsonSerializer.Deserialize(Whole, SdkJson.Default.ModelCard)!;
        Assert.Equal((12L, "none", "https://example.org/double.onnx", .2), (card.Bytes, card.Preprocessing, card.Weights!.Url, card.Cost!.LoadSeconds));
        Assert.Equal(new DeviceCost(SecondsPerItem: .1, Hardware: "2 cores"), card.Cost.Devices!["cpu"]);
    }

    [Theory]
    [InlineData("name", null, "model.json.name: is required.")]
    [InlineData("licence", null, "model.json.licence: is required.")]
    [InlineData("measured", null, "model.json.measured: is required.")]
    [InlineData("name", "\"Double\"", "model.json.name: must match")]
    [InlineData("version", "\"1\"", "model.json.version: must match")]
    [InlineData("sha256", "\"12\"", "model.json.sha256: must match")]
    [InlineData("limits", "[]", "model.json.limits: must have at least 1 items.")]
    [InlineData("limits", "7", "model.json.limits: must be")]
    [InlineData("inputs", "{}", "model.json.inputs: must have at least 1 members.")]
    [InlineData("inputs", """{"x":{"type":"float64","shape":[1],"unit":"1"}}""", "model.json.inputs.x.type: must be one of")]
    [InlineData("inputs", """{"x":{"type":"float32","shape":[1]}}""", "model.json.inputs.x.unit: is required.")]
    [InlineData("cost", """{"secondsPerItem":-1}""", "model.json.cost.secondsPerItem: must be at least 0.")]
    [InlineData("cost", """{"seconds":1}""", "model.json.cost.seconds: is not")]
    [InlineData("weights", """{"url":"file:///etc/passwd"}""", "model.json.weights.url: must match")]
    public void A_card_that_breaks_a_rule_is_told_which(string member, string? value, string problem)
    {
        var card = JsonNode.Parse(Whole)!.AsObject();
        card.Remove(member);
        if (value is not null)
        {
            card[member] = JsonNode.Parse(value);
        }

        Assert.Contains(problem, string.Join(' ', ModelSchema.Problems(Encoding.UTF8.GetBytes(card.ToJsonString()))));
    }

    [Fact]
    public void What_is_no_json_is_told()
    {
        Assert.Contains("cannot be read", Assert.Single(ModelSchema.Problems("{"u8.ToArray())));
    }

    [Fact]
    public void The_models_of_the_repository_are_what_their_cards_say()
    {
        var folders = Directory.GetDirectories(Path.Combine(SharedData.RepositoryRoot, "models")).Where(f => File.Exists(Path.Combine(f, "model.json"))).ToArray();

        Assert.NotEmpty(folders);
        Assert.All(folders, f => Assert.Empty(ModelCheck.Verify(f).Problems));
    }

    [Fact]
    public void A_model_with_a_changed_byte_is_told()
    {
        using var folder = new TemporaryFolder();
        var model = Directory.CreateDirectory(folder.At("double")).FullName;
        var good = Path.Combine(SharedData.RepositoryRoot, "tests", "models", "double");
        File.Copy(Path.Combine(good, "model.json"), Path.Combine(model, "model.json"));
        var weights = File.ReadAllBytes(Path.Combine(good, "model.onnx"));
        weights[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(model, "model.onnx"), weights);

        Assert.Contains("is not the file that model.json names", string.Join(' ', ModelCheck.Verify(model).Problems));
    }

    private static IEnumerable<string> Members(JsonElement schema) => schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order();

    private static IEnumerable<string> Properties(Type type) => ((IJsonTypeInfoResolver)SdkJson.Default).GetTypeInfo(type, SdkJson.Default.Options)!.Properties.Select(p => p.Name).Order();
}
