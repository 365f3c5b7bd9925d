using System.Text.Json;
using System.Text.Json.Serialization;
using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Sdk;

namespace QureHost.Plugins.ChestXray.Gate;

/// <summary>What lung fields look like on frontal films: the <c>parameters</c> of the anatomy model's card.</summary>
internal sealed record AnatomyLimits
{
    /// <summary>Smallest and largest area of both fields, fractions of the image.</summary>
    public required double SmallestArea { get; init; }

    public required double LargestArea { get; init; }

    /// <summary>Smallest area of one field.</summary>
    public required double SmallestField { get; init; }

    /// <summary>How full the column between the fields may be.</summary>
    public required double DeepestSplit { get; init; }

    /// <summary>Smallest extents.</summary>
    public required double SmallestWidth { get; init; }

    public required double SmallestHeight { get; init; }

    public static AnatomyLimits Of(string model, JsonElement parameters)
    {
        try
        {
            return parameters.Deserialize(AnatomyJson.Default.AnatomyLimits)
                ?? throw new ModelUnavailableException($"Model '{model}': its card has no parameters.");
        }
        catch (JsonException e)
        {
            throw new ModelUnavailableException($"Model '{model}': its card does not fit this product: {e.Message}", e);
        }
    }

    /// <summary>Two fields of usual size side by side with a mediastinum between.</summary>
    public bool Hold(LungFields lungs) =>
        lungs.Area >= SmallestArea && lungs.Area <= LargestArea
        && Math.Min(lungs.Left, lungs.Right) >= SmallestField
        && lungs.Depth <= DeepestSplit
        && lungs.Width >= SmallestWidth && lungs.Height >= SmallestHeight;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AnatomyLimits))]
internal sealed partial class AnatomyJson : JsonSerializerContext;
