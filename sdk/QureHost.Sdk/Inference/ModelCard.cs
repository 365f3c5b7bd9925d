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

    /// <summary>Size of <c>model.onnx</c> in bytes, or null where the card does not say.</summary>
    public long? Bytes { get; init; }

    /// <summary>Where the weights are fetched from when the model is installed, or null where they lie beside the card.</summary>
    public ModelWeights? Weights { get; init; }

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

    /// <summary>From stored pixels to the inputs, in words; null where the inputs' own words say it.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>How probabilities and operating points were set, in words.</summary>
    public string? Calibration { get; init; }

    /// <summary>Inputs by name: words, or type, shape and unit, which are held against the graph.</summary>
    public JsonElement? Inputs { get; init; }

    /// <summary>Outputs by name, as the inputs.</summary>
    public JsonElement? Outputs { get; init; }

    /// <summary>Quality as measured, with counts.</summary>
    public JsonElement? Measured { get; init; }

    /// <summary>What a scheduler may expect before it has measured for itself.</summary>
    public ModelCost? Cost { get; init; }
}

/// <summary>Where a model's weights are.</summary>
/// <param name="Url">An http or https address of the whole <c>.onnx</c> file, which must have the card's SHA-256.</param>
public sealed record ModelWeights(string Url);

/// <summary>A model's cost as its maker measured it; the host replaces it by what it measures.</summary>
/// <param name="MemoryBytes">Resident memory of a session, or 0 where unknown.</param>
/// <param name="SecondsPerItem">Seconds of one item of the batch on two CPU cores, or 0 where unknown.</param>
/// <param name="LoadSeconds">Seconds until a session is ready, or 0 where unknown.</param>
/// <param name="Devices">The same by device (<c>cpu</c>, <c>cuda</c>), or null.</param>
public sealed record ModelCost(long MemoryBytes = 0, double SecondsPerItem = 0, double LoadSeconds = 0, IReadOnlyDictionary<string, DeviceCost>? Devices = null);

/// <summary>A model's cost on one device.</summary>
/// <param name="LoadSeconds">Seconds until a session is ready.</param>
/// <param name="MemoryBytes">Resident memory of a session.</param>
/// <param name="SecondsPerItem">Seconds of one item or tile.</param>
/// <param name="Hardware">What it was measured on.</param>
public sealed record DeviceCost(double LoadSeconds = 0, long MemoryBytes = 0, double SecondsPerItem = 0, string? Hardware = null);
