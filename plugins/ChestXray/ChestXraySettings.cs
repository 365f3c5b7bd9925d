namespace QureHost.Plugins.ChestXray;

/// <summary>What a site may set; the schema is in <c>plugin.json</c>.</summary>
public sealed class ChestXraySettings
{
    /// <summary>Probability from which a finding is reported, by finding name; others keep the card's operating point.</summary>
    public Dictionary<string, double> Thresholds { get; set; } = [];

    /// <summary>Publish heatmaps with the findings.</summary>
    public bool Heatmaps { get; set; } = true;
}
