using System.Text.Json;
using System.Text.Json.Serialization;
using QureHost.Sdk;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>The <c>parameters</c> of the classifier's card.</summary>
internal sealed record ClassifierParameters
{
    /// <summary>Pixels on each side of the input.</summary>
    public required int Size { get; init; }

    /// <summary>In the order of the model's outputs.</summary>
    public required IReadOnlyList<FindingParameters> Findings { get; init; }

    /// <summary>Mean and deviation that standardise the cardiothoracic ratio.</summary>
    public required RatioParameters Ratio { get; init; }

    public static ClassifierParameters Of(string model, JsonElement parameters)
    {
        try
        {
            return parameters.Deserialize(ClassifierJson.Default.ClassifierParameters)
                ?? throw new ModelUnavailableException($"Model '{model}': its card has no parameters.");
        }
        catch (JsonException e)
        {
            throw new ModelUnavailableException($"Model '{model}': its card does not fit this product: {e.Message}", e);
        }
    }
}

/// <summary>One output of the classifier.</summary>
internal sealed record FindingParameters
{
    /// <summary>Name in the vocabulary.</summary>
    public required string Name { get; init; }

    /// <summary>Calibration: p = sigmoid(a · logit + c · standardised cardiothoracic ratio + b).</summary>
    public required double A { get; init; }

    public required double B { get; init; }

    public double C { get; init; }

    /// <summary>Operating point: calibrated probability from which the finding is present.</summary>
    public required double Threshold { get; init; }

    /// <summary>False where the model is too weak to be shown; <see cref="Reason"/> says how weak.</summary>
    public bool Shown { get; init; } = true;

    public string? Reason { get; init; }

    /// <summary>The finding has a side, which the heatmap may tell.</summary>
    public bool Sided { get; init; }

    /// <summary>A person should see it at once.</summary>
    public bool Critical { get; init; }

    public double Probability(double logit, double standardisedRatio) =>
        1 / (1 + Math.Exp(-((A * logit) + (C * standardisedRatio) + B)));
}

/// <summary>Standardises the cardiothoracic ratio; a film without one counts as average.</summary>
internal sealed record RatioParameters(double Mean, double Deviation)
{
    public double Standardised(double? ratio) => ratio is { } r ? Math.Clamp((r - Mean) / Deviation, -3, 3) : 0;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClassifierParameters))]
internal sealed partial class ClassifierJson : JsonSerializerContext;
