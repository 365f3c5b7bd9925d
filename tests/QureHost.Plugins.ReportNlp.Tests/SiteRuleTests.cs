using System.Text.Json;
using QureHost.Plugins.ReportNlp.Reading;
using QureHost.Plugins.ReportNlp.Rules;

namespace QureHost.Plugins.ReportNlp.Tests;

public sealed class SiteRuleTests
{
    [Fact]
    public void A_site_adds_a_finding_and_a_synonym_without_code()
    {
        var reader = With("""
            {
              "choices": { "cyst": "cyst(s)|cystic lesion(s)" },
              "findings": [
                { "name": "arachnoid_cyst", "in": "head", "phrases": ["arachnoid {cyst}", "cyst ~4 arachnoid"] },
                { "name": "subdural_haemorrhage", "in": "head", "phrases": ["hirnhautblutung"] }
              ],
              "triggers": [ { "kind": "negated", "side": "before", "phrases": ["kein", "keine"] } ]
            }
            """);

        Assert.Equal(1, reader.ReadReport("Arachnoid cyst in the left temporal fossa.", "CT head").Labels["arachnoid_cyst"]);
        Assert.Equal(0, reader.ReadReport("No arachnoid cystic lesion.", "CT head").Labels["arachnoid_cyst"]);
        var german = reader.ReadReport("Keine Hirnhautblutung.", "CT head").Labels;
        Assert.Equal(0, german["subdural_haemorrhage"]);
        Assert.False(ReportReader.Read("Keine Hirnhautblutung.", "CT head").Labels.ContainsKey("subdural_haemorrhage"));
    }

    [Fact]
    public void A_site_takes_words_away_from_a_finding()
    {
        var reader = With("""{ "ignore": [ { "in": "chest", "phrases": ["nodule phantom"] } ] }""");

        Assert.False(reader.ReadReport("A nodule phantom was scanned.", "CT chest").Labels.ContainsKey("nodule"));
        Assert.Equal(1, reader.ReadReport("A nodule was seen.", "CT chest").Labels["nodule"]);
    }

    [Theory]
    [InlineData("""{ "findings": [ { "name": "x", "phrases": ["(open"] } ] }""", "bracket")]
    [InlineData("""{ "findings": [ { "name": "x", "phrases": ["{nowhere}"] } ] }""", "nowhere")]
    [InlineData("""{ "findings": [ { "name": "x", "phrases": ["~3 lesion"] } ] }""", "begins with a gap")]
    [InlineData("""{ "findings": [ { "name": "x", "phrases": ["(a)?"] } ] }""", "empty")]
    [InlineData("""{ "findings": [ { "name": "x", "in": "knee", "phrases": ["a"] } ] }""", "knee")]
    [InlineData("""{ "findings": [ { "phrases": ["a"] } ] }""", "name")]
    [InlineData("""{ "findings": [ 3 ] }""", "name")]
    [InlineData("""{ "findings": 3 }""", "findings")]
    [InlineData("""{ "triggers": [ { "kind": "perhaps", "phrases": ["a"] } ] }""", "perhaps")]
    [InlineData("""{ "triggers": [ { "kind": "negated" } ] }""", "phrases")]
    [InlineData("""{ "triggers": [ { "kind": "negated", "within": "x", "phrases": ["a"] } ] }""", "within")]
    [InlineData("[]", "object")]
    public void Wrong_rules_are_refused_with_a_message_that_says_what(string rules, string says) =>
        Assert.Contains(says, Assert.Throws<RuleException>(() => With(rules)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_choice_that_names_itself_is_refused()
    {
        var refused = Assert.Throws<RuleException>(() => With("""{ "choices": { "a": "x {a}" }, "findings": [ { "name": "x", "phrases": ["{a}"] } ] }"""));

        Assert.Contains("nested too deeply", refused.Message, StringComparison.Ordinal);
    }

    private static ReportReader With(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ReportReader.With(document.RootElement.Clone());
    }
}
