using System.Text.Json;
using QureHost.Plugins.ReportNlp.Reading;

namespace QureHost.Plugins.ReportNlp;

/// <summary>A site's settings.</summary>
public sealed class ReportNlpSettings
{
    private static Compiled? last;

    /// <summary>Additions to the rules, in the form of a rule file, or absent.</summary>
    public JsonElement? Rules { get; init; }

    /// <summary>The reader with these settings. Rules are compiled once as long as they stay the same.</summary>
    /// <exception cref="Rules.RuleException">The additions are not well formed.</exception>
    internal ReportReader Reader()
    {
        if (Rules is not { ValueKind: JsonValueKind.Object } rules)
        {
            return ReportReader.Default;
        }

        var json = rules.GetRawText();
        if (last is { } kept && kept.Json == json)
        {
            return kept.Reader;
        }

        var reader = ReportReader.With(rules);
        last = new Compiled(json, reader);
        return reader;
    }

    private sealed record Compiled(string Json, ReportReader Reader);
}
