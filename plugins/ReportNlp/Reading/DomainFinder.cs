using QureHost.Plugins.ReportNlp.Rules;
using QureHost.Plugins.ReportNlp.Text;

namespace QureHost.Plugins.ReportNlp.Reading;

/// <summary>
/// Which rules a report is read with: "edema" is the lungs' in a chest report and the brain's in a head report. The
/// modality says so, or else the words of the text do.
/// </summary>
internal static class DomainFinder
{
    public static Domain Find(RuleSet rules, List<Token> tokens, string modality)
    {
        var isHead = Has(modality, "head") || Has(modality, "brain");
        var isChest = Has(modality, "chest") || Has(modality, "thorax") || Has(modality, "CXR");
        var isCt = Has(modality, "CT");
        var isXray = Has(modality, "CR") || Has(modality, "DX") || Has(modality, "CXR") || Has(modality, "X-ray") || Has(modality, "radiograph") || Has(modality, "RG");
        var chest = isCt && !isXray ? Domain.ChestCt : isXray && !isCt ? Domain.ChestXray : Domain.Chest;
        if (isHead != isChest)
        {
            return isHead ? Domain.Head : chest;
        }

        if (isXray && !isCt)
        {
            return Domain.ChestXray;
        }

        var heads = 0;
        var chests = 0;
        foreach (var token in tokens)
        {
            var region = rules.RegionOf(token);
            heads += region.HasFlag(Domain.Head) ? 1 : 0;
            chests += region.HasFlag(Domain.Chest) ? 1 : 0;
        }

        return heads > 2 * chests ? Domain.Head : chests > 2 * heads ? chest : Domain.Head | chest;
    }

    private static bool Has(string modality, string part) => modality.Contains(part, StringComparison.OrdinalIgnoreCase);
}
