using System.Globalization;
using QureHost.Sdk.Results;
using QureHost.Sdk.Vocabulary;

namespace QureHost.Plugins.ChestXray.Publishing;

/// <summary>The triage summary: what is likely, most probable first, and what was not looked for.</summary>
internal static class Impression
{
    public static ReportText Of(IReadOnlyList<Result> results)
    {
        Finding[] present = [.. results.OfType<Finding>().Where(f => f.Presence == Presence.Present).OrderByDescending(f => f.Probability / f.Threshold)];
        List<string> lines = [present.Length == 0 ? "No finding reaches its operating point." : $"Likely: {string.Join("; ", present.Select(Words))}."];
        if (results.OfType<Measurement>().FirstOrDefault() is { } ratio)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Cardiothoracic ratio {ratio.Value:0.00}{(ratio.Reason is { } why ? $" ({why.TrimEnd('.')})" : "")}."));
        }

        string[] left = [.. results.OfType<Finding>().Where(f => f.Presence == Presence.NotAssessed).Select(f => Display(f.Name).ToLowerInvariant())];
        if (left.Length > 0)
        {
            lines.Add($"Not assessed: {string.Join(", ", left)}.");
        }

        return new ReportText { Id = "impression", Section = "impression", Text = string.Join('\n', lines) };
    }

    private static string Words(Finding finding)
    {
        var side = finding.Laterality switch
        {
            Laterality.Left => ", left",
            Laterality.Right => ", right",
            Laterality.Bilateral => ", both sides",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Display(finding.Name).ToLowerInvariant()}{side} ({finding.Probability:P0})").Replace(" %", "%", StringComparison.Ordinal);
    }

    private static string Display(string name) => FindingVocabulary.TryGet(name, out var finding) ? finding.Display : name;
}
