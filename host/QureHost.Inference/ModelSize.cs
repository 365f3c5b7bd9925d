using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>What a session takes in memory: as the card says, or twice the weights and a margin for activations.</summary>
internal static class ModelSize
{
    private const long Margin = 16L << 20;

    public static long Of(ModelFolder folder)
    {
        if (folder.Card.Cost is { MemoryBytes: > 0 } cost)
        {
            return cost.MemoryBytes;
        }

        var weights = new FileInfo(folder.WeightsPath);
        return ((weights.Exists ? weights.Length : 0) * 2) + Margin;
    }
}
