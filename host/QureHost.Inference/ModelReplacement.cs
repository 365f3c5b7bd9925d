using System.Text.Json;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>Whether one model may run in place of another without the product's knowing.</summary>
public static class ModelReplacement
{
    /// <summary>
    /// Why it may not; empty where it may. Same inputs and outputs, and a card whose <c>parameters</c> have the members
    /// that the product reads from the other's: another model has other operating points, and only its own card knows them.
    /// </summary>
    /// <exception cref="Sdk.ModelUnavailableException">The weights of either are missing or not what their card says.</exception>
    public static IReadOnlyList<string> Problems(ModelFolder own, ModelFolder replacement)
    {
        var problems = new List<string>(Ports(replacement).ProblemsAsReplacementOf(Ports(own)));
        foreach (var missing in Members(own.Card.Parameters).Except(Members(replacement.Card.Parameters)))
        {
            problems.Add($"Its card has no parameters.{missing}, which the product reads.");
        }

        return problems;
    }

    private static GraphPorts Ports(ModelFolder model) => GraphPorts.Read(model.ReadWeights()).With(model.Card);

    private static IEnumerable<string> Members(JsonElement? parameters) =>
        parameters is { ValueKind: JsonValueKind.Object } p ? p.EnumerateObject().Select(m => m.Name) : [];
}
