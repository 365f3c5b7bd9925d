using System.Text.Json;
using System.Text.RegularExpressions;

namespace QureHost.Sdk.Manifests;

/// <summary>
/// The part of JSON Schema (draft 2020-12) that the SDK's own schemas are written in. A keyword outside a schema's known
/// ones is an error of that schema, so that no rule is ever silently skipped.
/// </summary>
internal static class SchemaCheck
{
    private const int MaxDepth = 8;

    public static void ReadSchema(JsonElement schema, string path, IReadOnlySet<string> known, int depth, List<string> problems)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            problems.Add(depth > MaxDepth ? $"{path}: nested too deeply." : $"{path}: a schema is a JSON object.");
            return;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            var fits = keyword.Name switch
            {
                "type" => keyword.Value.ValueKind == JsonValueKind.String && IsType(keyword.Value.GetString()!),
                "properties" or "items" => keyword.Value.ValueKind == JsonValueKind.Object,
                "required" => keyword.Value.ValueKind == JsonValueKind.Array && keyword.Value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String),
                "anyOf" => keyword.Value.ValueKind == JsonValueKind.Array && keyword.Value.GetArrayLength() > 0,
                "pattern" => keyword.Value.ValueKind == JsonValueKind.String,
                "enum" => keyword.Value.ValueKind == JsonValueKind.Array,
                "additionalProperties" => keyword.Value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Object,
                "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" => keyword.Value.ValueKind == JsonValueKind.Number,
                "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" => keyword.Value.ValueKind == JsonValueKind.Number && keyword.Value.TryGetInt32(out var n) && n >= 0,
                _ => true,
            };
            if (!known.Contains(keyword.Name) || !fits)
            {
                problems.Add($"{path}: '{keyword.Name}' {(fits ? "is not a keyword that this host knows" : "has a value of the wrong kind")}.");
            }
        }

        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject())
            {
                ReadSchema(property.Value, $"{path}.{property.Name}", known, depth + 1, problems);
            }
        }

        if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object)
        {
            ReadSchema(others, $"{path}.*", known, depth + 1, problems);
        }

        if (schema.TryGetProperty("items", out var items))
        {
            ReadSchema(items, $"{path}[]", known, depth + 1, problems);
        }

        if (schema.TryGetProperty("anyOf", out var choices) && choices.ValueKind == JsonValueKind.Array)
        {
            foreach (var choice in choices.EnumerateArray())
            {
                ReadSchema(choice, path, known, depth + 1, problems);
            }
        }
    }

    public static void Check(JsonElement schema, JsonElement value, string path, int depth, List<string> problems)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        if (schema.TryGetProperty("type", out var type) && !Is(value, type.GetString()!))
        {
            problems.Add($"{path}: must be {type.GetString()}.");
            return;
        }

        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(a => JsonElement.DeepEquals(a, value)))
        {
            problems.Add($"{path}: must be one of {allowed.GetRawText()}.");
        }

        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value))
        {
            problems.Add($"{path}: must be {only.GetRawText()}.");
        }

        if (schema.TryGetProperty("anyOf", out var choices))
        {
            CheckAny(choices, value, path, depth, problems);
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                CheckNumber(schema, value.GetDouble(), path, problems);
                break;
            case JsonValueKind.String:
                CheckCount(schema, "minLength", "maxLength", value.GetString()!.Length, "characters", path, problems);
                if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!, RegexOptions.NonBacktracking))
                {
                    problems.Add($"{path}: must match {pattern.GetString()}.");
                }

                break;
            case JsonValueKind.Array:
                CheckCount(schema, "minItems", "maxItems", value.GetArrayLength(), "items", path, problems);
                if (schema.TryGetProperty("items", out var items))
                {
                    foreach (var (i, item) in value.EnumerateArray().Index())
                    {
                        Check(items, item, $"{path}[{i}]", depth + 1, problems);
                    }
                }

                break;
            case JsonValueKind.Object:
                CheckObject(schema, value, path, depth, problems);
                break;
        }
    }

    private static void CheckObject(JsonElement schema, JsonElement value, string path, int depth, List<string> problems)
    {
        CheckCount(schema, "minProperties", "maxProperties", value.EnumerateObject().Count(), "members", path, problems);
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(e => e.GetString()!).Where(n => !value.TryGetProperty(n, out _)))
            {
                problems.Add($"{path}.{name}: is required.");
            }
        }

        schema.TryGetProperty("additionalProperties", out var others);
        schema.TryGetProperty("properties", out var properties);
        foreach (var property in value.EnumerateObject())
        {
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(property.Name, out var inner))
            {
                Check(inner, property.Value, $"{path}.{property.Name}", depth + 1, problems);
            }
            else if (others.ValueKind == JsonValueKind.Object)
            {
                Check(others, property.Value, $"{path}.{property.Name}", depth + 1, problems);
            }
            else if (others.ValueKind == JsonValueKind.False)
            {
                problems.Add($"{path}.{property.Name}: is not a setting of this product.");
            }
        }
    }

    /// <summary>One of the choices must hold; where none does, the problems of the one that fits best are told.</summary>
    private static void CheckAny(JsonElement choices, JsonElement value, string path, int depth, List<string> problems)
    {
        List<string>? fewest = null;
        foreach (var choice in choices.EnumerateArray())
        {
            var found = new List<string>();
            Check(choice, value, path, depth + 1, found);
            if (found.Count == 0)
            {
                return;
            }

            // A choice of the right type says more than "must be string".
            var fits = !choice.TryGetProperty("type", out var type) || Is(value, type.GetString()!);
            if (fewest is null || fits)
            {
                fewest = found;
            }
        }

        problems.AddRange(fewest!);
    }

    private static void CheckNumber(JsonElement schema, double value, string path, List<string> problems)
    {
        Compare("minimum", (v, limit) => v >= limit, "at least");
        Compare("maximum", (v, limit) => v <= limit, "at most");
        Compare("exclusiveMinimum", (v, limit) => v > limit, "more than");
        Compare("exclusiveMaximum", (v, limit) => v < limit, "less than");

        void Compare(string keyword, Func<double, double, bool> holds, string words)
        {
            if (schema.TryGetProperty(keyword, out var limit) && !holds(value, limit.GetDouble()))
            {
                problems.Add($"{path}: must be {words} {limit.GetRawText()}.");
            }
        }
    }

    private static void CheckCount(JsonElement schema, string min, string max, int count, string unit, string path, List<string> problems)
    {
        if (schema.TryGetProperty(min, out var least) && count < least.GetInt32())
        {
            problems.Add($"{path}: must have at least {least.GetRawText()} {unit}.");
        }

        if (schema.TryGetProperty(max, out var most) && count > most.GetInt32())
        {
            problems.Add($"{path}: must have at most {most.GetRawText()} {unit}.");
        }
    }

    private static bool IsType(string type) => type is "object" or "array" or "string" or "number" or "integer" or "boolean" or "null";

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
