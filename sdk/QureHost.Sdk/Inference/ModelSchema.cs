using System.Text.Json;
using QureHost.Sdk.Manifests;

namespace QureHost.Sdk.Inference;

/// <summary>
/// What a <c>model.json</c> must say before a model is installed or packed: <c>sdk/model.schema.json</c>. A model that is
/// there already is opened on less (<see cref="ModelFolder.Open"/>), so that an old card never stops a site.
/// </summary>
public static class ModelSchema
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "title", "description", "type", "properties", "required", "additionalProperties", "enum", "minimum", "maximum",
        "minLength", "maxLength", "items", "minItems", "maxItems", "minProperties", "anyOf", "pattern",
    };

    /// <summary>The schema itself, JSON Schema draft 2020-12.</summary>
    public static JsonElement Schema { get; } = Load();

    /// <summary>What is wrong with a card; empty where it keeps the schema.</summary>
    /// <param name="card">The bytes of a <c>model.json</c>.</param>
    public static IReadOnlyList<string> Problems(ReadOnlyMemory<byte> card)
    {
        var problems = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(card, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            SchemaCheck.Check(Schema, document.RootElement, "model.json", 0, problems);
        }
        catch (JsonException e)
        {
            problems.Add($"model.json cannot be read: {e.Message}");
        }

        return problems;
    }

    /// <summary>Where a card's words about type and shape do not agree with the graph; empty where they do.</summary>
    public static IReadOnlyList<string> Problems(ModelCard card, GraphPorts graph)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(graph);
        var problems = new List<string>();
        Compare("input", card.Inputs, graph.Inputs, problems);
        Compare("output", card.Outputs, graph.Outputs, problems);
        return problems;
    }

    private static void Compare(string what, JsonElement? told, IReadOnlyList<TensorPort> ports, List<string> problems)
    {
        if (told is not { ValueKind: JsonValueKind.Object } named)
        {
            return;   // the schema asks for it; an old card may lack it
        }

        problems.AddRange(ports.Where(p => !named.TryGetProperty(p.Name, out _)).Select(p => $"The graph's {what} '{p.Name}' is not in model.json."));
        foreach (var member in named.EnumerateObject())
        {
            if (ports.FirstOrDefault(p => p.Name == member.Name) is not { } port)
            {
                problems.Add($"model.json names the {what} '{member.Name}', which the graph does not have.");
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                var type = member.Value.TryGetProperty("type", out var t) ? t.GetString() : null;
                var shape = ShapeOf(named, port.Name) ?? [];

                // A card may be narrower than the graph, which often leaves free what it computes.
                if (!string.Equals(type, port.Type.ToString(), StringComparison.OrdinalIgnoreCase) || shape.Count != port.Shape.Count || !shape.Zip(port.Shape).All(e => e.Second < 0 || e.First == e.Second))
                {
                    problems.Add($"model.json says {what} '{port.Name}' is {type} [{string.Join(", ", shape)}]; the graph says {port}.");
                }
            }
        }
    }

    /// <summary>What a card says of a port's extents, -1 where free; null where it says so in words, or not at all.</summary>
    internal static IReadOnlyList<int>? ShapeOf(JsonElement? ports, string name) =>
        ports is { ValueKind: JsonValueKind.Object } named && named.TryGetProperty(name, out var port) && port.ValueKind == JsonValueKind.Object
            && port.TryGetProperty("shape", out var shape) && shape.ValueKind == JsonValueKind.Array
            ? [.. shape.EnumerateArray().Select(Extent)]
            : null;

    private static int Extent(JsonElement extent) => extent.ValueKind == JsonValueKind.Number && extent.TryGetInt32(out var n) ? n : -1;

    private static JsonElement Load()
    {
        using var stream = typeof(ModelSchema).Assembly.GetManifestResourceStream("model.schema.json")!;
        using var document = JsonDocument.Parse(stream);
        var problems = new List<string>();
        SchemaCheck.ReadSchema(document.RootElement, "model.schema.json", Known, 0, problems);
        return problems.Count == 0 ? document.RootElement.Clone() : throw new InvalidOperationException(string.Join(" ", problems));
    }
}
