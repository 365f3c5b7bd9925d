using QureHost.Archive;
using QureHost.Sdk.Manifests;

namespace QureHost.Pipeline;

/// <summary>Holds what came in against the inputs that a manifest declares. What a run of ours wrote never matches.</summary>
internal sealed class InputMatcher(StudyIndex index)
{
    /// <summary>True where an instance of these series is one that the product wants.</summary>
    public bool Matches(PluginManifest manifest, string site, IEnumerable<SeriesRow> series) =>
        series.Any(s => s.RunId is null && Matches(manifest, site, s));

    private bool Matches(PluginManifest manifest, string site, SeriesRow series)
    {
        foreach (var rule in manifest.Inputs)
        {
            if (Holds(rule.Modality, series.Modality, emptyMatches: false)
                && Holds(rule.BodyPart, series.BodyPart, emptyMatches: true)
                && (rule.SopClass.Count == 0 || index.GetInstances(site, series.StudyUid, series.SeriesUid).Any(i => rule.SopClass.Contains(i.SopClassUid))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(IReadOnlyList<string> allowed, string? value, bool emptyMatches) =>
        allowed.Count == 0
        || (string.IsNullOrWhiteSpace(value) ? emptyMatches : allowed.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase));
}
