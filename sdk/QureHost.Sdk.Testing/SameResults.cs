using System.Text.Json;
using System.Text.Json.Nodes;
using QureHost.Sdk.Results;

namespace QureHost.Sdk.Testing;

/// <summary>Whether two runs said the same: the order of publication may differ, and numbers by what threads make of a sum.</summary>
internal static class SameResults
{
    private const double Tolerance = 1e-4;

    public static IReadOnlyList<string> Differences(IReadOnlyList<Result> first, IReadOnlyList<Result> second)
    {
        var problems = new List<string>();
        var again = second.ToDictionary(r => r.Id, StringComparer.Ordinal);
        foreach (var result in first)
        {
            if (!again.Remove(result.Id, out var other))
            {
                problems.Add($"Result '{result.Id}' did not come again.");
            }
            else if (!Same(Json(result), Json(other)) || !SameBytes(result, other))
            {
                problems.Add($"Result '{result.Id}' came again and said something else.");
            }
        }

        problems.AddRange(again.Keys.Select(id => $"Result '{id}' came the second time only."));
        return problems;
    }

    private static JsonNode? Json(Result result) => JsonSerializer.SerializeToNode(result, SdkJson.Default.Result);

    // A heatmap of the same evidence may differ by a grey level.
    private static bool SameBytes(Result first, Result second) =>
        first is not Mask a || second is not Mask b || (a.Data.Length == b.Data.Length && Enumerable.Range(0, a.Data.Length).All(i => Math.Abs(a.Data.Span[i] - b.Data.Span[i]) <= (a.Form == MaskForm.Heatmap ? 1 : 0)));

    private static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(m => y.ContainsKey(m.Key) && Same(m.Value, y[m.Key])),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
        (JsonValue x, JsonValue y) when x.TryGetValue<double>(out var p) && y.TryGetValue<double>(out var q) => Math.Abs(p - q) <= Tolerance * Math.Max(1, Math.Abs(p)),
        _ => JsonNode.DeepEquals(a, b),
    };
}
