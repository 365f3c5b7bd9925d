using System.Text.Json;
using System.Text.Json.Serialization;
using QureHost.Sdk;

namespace QureHost.Plugins.ChestXray.Anatomy;

/// <summary>The <c>parameters</c> of the anatomy model's card.</summary>
internal sealed record AnatomyParameters
{
    /// <summary>What its gate output is good for.</summary>
    public required GateParameters Gate { get; init; }

    /// <summary>What lung fields look like on frontal films.</summary>
    public required LungLimits Lungs { get; init; }

    public static AnatomyParameters Of(string model, JsonElement parameters)
    {
        try
        {
            return parameters.Deserialize(AnatomyJson.Default.AnatomyParameters)
                ?? throw new ModelUnavailableException($"Model '{model}': its card has no parameters.");
        }
        catch (JsonException e)
        {
            throw new ModelUnavailableException($"Model '{model}': its card does not fit this product: {e.Message}", e);
        }
    }
}

/// <summary>The gate output's classes, and what its probability of <c>frontal</c> is good for.</summary>
/// <param name="Classes">In the order of the output.</param>
/// <param name="Accept">From here on a film with plausible lung fields is read.</param>
/// <param name="Doubt">From here on it is read with a reservation.</param>
/// <param name="Certain">From here on it is read with a reservation even where the lung fields are not plausible.</param>
internal sealed record GateParameters(IReadOnlyList<string> Classes, double Accept, double Doubt, double Certain)
{
    /// <summary>The class of an upright frontal chest film.</summary>
    public const string Frontal = "frontal";
}

/// <summary>Limits of the lung fields, in fractions of the image.</summary>
/// <param name="SmallestArea">Of both fields together.</param>
/// <param name="LargestArea">Of both fields together.</param>
/// <param name="SmallestField">Of the smaller field.</param>
/// <param name="DeepestSplit">How full the column between the fields may be.</param>
/// <param name="SmallestWidth">Horizontal extent.</param>
/// <param name="SmallestHeight">Vertical extent.</param>
internal sealed record LungLimits(
    double SmallestArea, double LargestArea, double SmallestField, double DeepestSplit, double SmallestWidth, double SmallestHeight)
{
    /// <summary>Two fields of usual size side by side with a mediastinum between.</summary>
    public bool Hold(LungFields lungs) =>
        lungs.Area >= SmallestArea && lungs.Area <= LargestArea
        && Math.Min(lungs.Left, lungs.Right) >= SmallestField
        && lungs.Depth <= DeepestSplit
        && lungs.Width >= SmallestWidth && lungs.Height >= SmallestHeight;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AnatomyParameters))]
internal sealed partial class AnatomyJson : JsonSerializerContext;
