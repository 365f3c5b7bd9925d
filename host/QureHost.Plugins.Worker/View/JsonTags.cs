using System.Globalization;
using System.Text.Json;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Worker;

/// <summary>Attributes out of the DICOM JSON model (PS3.18 annex F).</summary>
internal sealed class JsonTags(JsonElement set) : ITags
{
    public bool Has(uint tag) => Find(tag) is not null;

    public string? Text(uint tag) => Texts(tag) is [{ Length: > 0 } first, ..] ? first : null;

    public IReadOnlyList<string> Texts(uint tag) => Values(tag) is { } values ? [.. values.Select(TextOf)] : [];

    public double? Number(uint tag) => Numbers(tag) is [var first, ..] && !double.IsNaN(first) ? first : null;

    public IReadOnlyList<double> Numbers(uint tag) => Values(tag) is { } values ? [.. values.Select(NumberOf)] : [];

    public IReadOnlyList<ITags> Items(uint tag) =>
        Find(tag) is { } element && element.TryGetProperty("vr", out var vr) && vr.ValueEquals("SQ") && element.TryGetProperty("Value", out var items)
            ? [.. items.EnumerateArray().Select(item => new JsonTags(item))]
            : [];

    private JsonElement? Find(uint tag) =>
        set.ValueKind == JsonValueKind.Object && set.TryGetProperty(tag.ToString("X8", CultureInfo.InvariantCulture), out var element) ? element : null;

    private IEnumerable<JsonElement>? Values(uint tag) =>
        Find(tag) is { } element && element.TryGetProperty("Value", out var values) && !element.GetProperty("vr").ValueEquals("SQ") ? values.EnumerateArray() : null;

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Object => PersonName(value),   // PS3.18 §F.2.2
        _ => "",
    };

    private static double NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => double.NaN,
    };

    private static string PersonName(JsonElement name)
    {
        string Group(string group) => name.TryGetProperty(group, out var value) ? value.GetString() ?? "" : "";
        return string.Join('=', Group("Alphabetic"), Group("Ideographic"), Group("Phonetic")).TrimEnd('=');
    }
}
