using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Reading;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.ChestXray.Publishing;

/// <summary>The findings of a study from the readings of its films: for each finding the most telling film speaks.</summary>
internal static class FindingResults
{
    private const int HeatmapSide = 64;

    /// <summary>Share of the evidence that must lie on one side for the finding to be said to be there.</summary>
    private const double OneSided = 0.7;

    /// <summary>Share that each side must have for a finding to be said to be on both.</summary>
    private const double BothSided = 0.4;

    public static IEnumerable<Result> Of(IReadOnlyList<FilmReading> readings, ClassifierParameters parameters, ChestXraySettings settings)
    {
        for (var i = 0; i < parameters.Findings.Count; i++)
        {
            var finding = parameters.Findings[i];
            var index = i;
            FilmReading[] ranked = [.. readings.OrderByDescending(r => r.Probabilities[index])];
            var threshold = settings.Thresholds.TryGetValue(finding.Name, out var set) ? set : finding.Threshold;
            var result = Judge(finding, index, ranked, threshold);
            yield return result;
            if (result.Presence == Presence.Present && settings.Heatmaps)
            {
                yield return new Mask
                {
                    Id = HeatmapId(finding.Name),
                    Of = finding.Name,
                    Form = MaskForm.Heatmap,
                    Images = [ranked[0].Film.Image],
                    Rows = HeatmapSide,
                    Columns = HeatmapSide,
                    Segments = [finding.Name],
                    Data = ranked[0].Evidence[index].Heatmap(HeatmapSide),
                };
            }
        }
    }

    public static string HeatmapId(string finding) => $"heatmap.{finding}";

    private static Finding Judge(FindingParameters finding, int index, FilmReading[] ranked, double threshold)
    {
        var probability = ranked[0].Probabilities[index];
        var presence = !finding.Shown ? Presence.NotAssessed : probability >= threshold ? Presence.Present : Presence.Absent;
        var present = presence == Presence.Present;
        return new Finding
        {
            Id = finding.Name,
            Name = finding.Name,
            Presence = presence,
            Probability = Math.Round(probability, 6),
            Threshold = threshold,
            Reason = finding.Shown ? null : finding.Reason,
            Critical = present && finding.Critical,
            Laterality = present && finding.Sided ? SideOf(ranked[0], index) : null,
            Images = present ? [.. ranked.Where(r => r.Probabilities[index] >= threshold).Select(r => r.Film.Image)] : [],
        };
    }

    private static Laterality? SideOf(FilmReading reading, int index)
    {
        if (reading.Evidence[index].Sides(reading.Lungs.Split) is not { } shares)
        {
            return null;
        }

        // The left of a usual film is the patient's right.
        var (patientRight, patientLeft) = reading.Film.IsMirrored ? (shares.Right, shares.Left) : (shares.Left, shares.Right);
        return patientRight >= OneSided ? Laterality.Right
            : patientLeft >= OneSided ? Laterality.Left
            : Math.Min(patientLeft, patientRight) >= BothSided ? Laterality.Bilateral
            : null;
    }
}
