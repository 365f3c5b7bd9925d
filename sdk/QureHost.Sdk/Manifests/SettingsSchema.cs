using System.Text.Json;

namespace QureHost.Sdk.Manifests;

/// <summary>
/// The schema of a product's settings: the part of JSON Schema (draft 2020-12) that a form can be made from. A keyword
/// outside it is an error of the manifest, so that no rule is ever silently skipped.
/// </summary>
public static class SettingsSchema
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "title", "description", "default", "examples", "type", "properties", "required", "additionalProperties",
        "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
        "items", "minItems", "maxItems",
    };

    /// <summary>What is wrong with a schema; empty where it can be used.</summary>
    public static IReadOnlyList<string> ProblemsOfSchema(JsonElement schema)
    {
        var problems = new List<string>();
        SchemaCheck.ReadSchema(schema, "settings", Known, 0, problems);
        return problems;
    }

    /// <summary>What is wrong with settings; empty where they are valid.</summary>
    public static IReadOnlyList<string> Problems(JsonElement? schema, JsonElement settings)
    {
        var problems = new List<string>();
        if (settings.ValueKind != JsonValueKind.Object)
        {
            problems.Add("The settings are not a JSON object.");
        }
        else if (schema is { } s)
        {
            SchemaCheck.Check(s, settings, "settings", 0, problems);
        }
        else if (settings.EnumerateObject().Any())
        {
            problems.Add("The product has no settings.");
        }

        return problems;
    }
}
