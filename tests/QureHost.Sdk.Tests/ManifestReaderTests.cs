using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QureHost.Sdk.Manifests;

namespace QureHost.Sdk.Tests;

public sealed class ManifestReaderTests
{
    private const string Smallest = """
        { "id": "hello", "name": "Hello", "version": "1.0.0", "sdk": ">=0.1 <0.2",
          "entry": { "assembly": "Hello.dll", "type": "Hello.Product" }, "starts": "Settled", "inputs": [{ "modality": ["CT"] }] }
        """;

    [Fact]
    public void What_a_manifest_leaves_out_has_its_default()
    {
        var manifest = ManifestReader.Read(Encoding.UTF8.GetBytes(Smallest));

        Assert.Equal(Lane.Routine, manifest.Lane);
        Assert.Equal((600d, 60d, 900d, 2, true), (manifest.DeadlineSeconds, manifest.HeartbeatSeconds, manifest.TimeoutSeconds, manifest.Attempts, manifest.Localises));
        Assert.Empty(manifest.Models);
        Assert.Empty(manifest.Inputs[0].BodyPart);
        Assert.Equal(["CT"], manifest.Inputs[0].Modality);
    }

    [Theory]
    [InlineData("id", "\"Hello World\"", "'id' is 1 to 32")]
    [InlineData("id", null, "id")]
    [InlineData("version", "\"one\"", "'version' is not a semantic version")]
    [InlineData("sdk", "\"latest\"", "'sdk' is not a range")]
    [InlineData("entry", "{\"assembly\":\"../x.dll\",\"type\":\"T\"}", "without a path")]
    [InlineData("starts", "\"Sometimes\"", "$.starts")]
    [InlineData("inputs", "[]", "'inputs' is empty")]
    [InlineData("models", "null", "A list is null")]
    [InlineData("attempts", "0", "'attempts' is not between 1 and 10")]
    [InlineData("deadlineSeconds", "-1", "'deadlineSeconds'")]
    [InlineData("lane", "\"Whenever\"", "$.lane")]
    [InlineData("findings", "[\"effusion\"]", "called 'pleural_effusion' in the vocabulary")]
    [InlineData("findings", "[\"gremlins\"]", "'gremlins' is not in the vocabulary")]
    [InlineData("settings", "{\"allOf\":[]}", "'allOf' is not a keyword that this host knows")]
    [InlineData("settings", "{\"additionalProperties\":{\"type\":\"tree\"}}", "settings.*: 'type' has a value")]
    [InlineData("settings", "{\"type\":\"tree\"}", "'type' has a value of the wrong kind")]
    public void A_rule_that_is_broken_is_named(string property, string? value, string message)
    {
        var json = JsonNode.Parse(Smallest)!.AsObject();
        json.Remove(property);
        if (value is not null)
        {
            json[property] = JsonNode.Parse(value);
        }

        var error = Assert.Throws<ManifestException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(json.ToJsonString())));

        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var json = Smallest.Replace("hello", "Hello!").Replace("1.0.0", "1").Replace(">=0.1 <0.2", "?");

        Assert.Equal(3, Assert.Throws<ManifestException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(json))).Problems.Count);
    }

    [Fact]
    public void Every_cut_of_a_manifest_gives_a_clear_error()
    {
        var whole = Encoding.UTF8.GetBytes(Smallest.TrimEnd());
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<ManifestException>(() => ManifestReader.Read(whole.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(">=0.1 <0.2", "0.1.0", true)]
    [InlineData(">=0.1 <0.2", "0.1.9", true)]
    [InlineData(">=0.1 <0.2", "0.2.0", false)]
    [InlineData(">0.1", "0.1.0", false)]
    [InlineData("<=1", "1.0.0", true)]
    [InlineData("1.2.3", "1.2.3", true)]
    [InlineData("=1.2.3", "1.2.4", false)]
    public void A_range_holds_what_its_comparators_say(string range, string version, bool holds)
    {
        Assert.True(SdkRange.TryParse(range, out var parsed));
        Assert.Equal(holds, parsed.Contains(Version.Parse(version)));
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("{\"threshold\":0.5,\"mode\":\"fast\",\"sites\":[\"a\"]}", null)]
    [InlineData("{\"threshold\":1.5}", "settings.threshold: must be at most 1")]
    [InlineData("{\"threshold\":\"high\"}", "settings.threshold: must be number")]
    [InlineData("{\"mode\":\"slow\"}", "settings.mode: must be one of")]
    [InlineData("{\"sites\":[1]}", "settings.sites[0]: must be string")]
    [InlineData("{\"sites\":[\"a\",\"b\",\"c\"]}", "at most 2 items")]
    [InlineData("{\"colour\":1}", "settings.colour: is not a setting")]
    [InlineData("{\"byName\":{\"mass\":0.5,\"nodule\":1}}", null)]
    [InlineData("{\"byName\":{\"mass\":0.5,\"nodule\":2}}", "settings.byName.nodule: must be at most 1")]
    [InlineData("[]", "not a JSON object")]
    public void Settings_are_held_against_their_schema(string settings, string? problem)
    {
        var schema = JsonDocument.Parse("""
            { "type": "object", "additionalProperties": false, "properties": {
                "threshold": { "type": "number", "minimum": 0, "maximum": 1 },
                "byName": { "type": "object", "additionalProperties": { "type": "number", "maximum": 1 } },
                "mode": { "enum": ["fast", "thorough"] },
                "sites": { "type": "array", "maxItems": 2, "items": { "type": "string" } } } }
            """).RootElement;

        var problems = SettingsSchema.Problems(schema, JsonDocument.Parse(settings).RootElement);

        Assert.Equal(problem is null, problems.Count == 0);
        Assert.Contains(problem ?? "", string.Join(' ', problems));
    }
}
