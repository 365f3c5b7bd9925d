using System.Text.Json;

namespace QureHost.Sdk.Inference;

/// <summary>A model's <c>model.json</c>: its manifest and its card, beside <c>model.onnx</c>.</summary>
public sealed record ModelCard
{
    /// <summary>Name that plugins ask for, <c>a-z 0-9 -</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the weights.</summary>
    public required string Version { get; init; }

    /// <summary>SHA-256 of <c>model.onnx</c>, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Licence of the weights.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Who made it from what.</summary>
    public string Source { get; init; } = "";

    /// <summary>For whom and for what.</summary>
    public string IntendedUse { get; init; } = "";

    /// <summary>Where it must not be trusted: a text or a list of texts.</summary>
    public JsonElement? Limits { get; init; }

    /// <summary>Classes, calibration, operating points: handed to the product as <see cref="IModel.Parameters"/>.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Inputs in words: range, order, preprocessing. The graph itself states shapes and types.</summary>
    public JsonElement? Inputs { get; init; }

    /// <summary>Outputs in words.</summary>
    public JsonElement? Outputs { get; init; }

    /// <summary>Quality as measured, with counts.</summary>
    public JsonElement? Measured { get; init; }

    /// <summary>What a scheduler may expect before it has measured for itself.</summary>
    public ModelCost? Cost { get; init; }
}

/// <summary>A model's cost as its maker measured it; the host replaces it by what it measures.</summary>
/// <param name="MemoryBytes">Resident memory of a session, or 0 where unknown.</param>
/// <param name="SecondsPerItem">Seconds of one item of the batch on two CPU cores, or 0 where unknown.</param>
public sealed record ModelCost(long MemoryBytes = 0, double SecondsPerItem = 0);
