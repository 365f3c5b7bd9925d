using System.Text.Json;
using System.Text.Json.Serialization;
using QureHost.Sdk.Results;

namespace QureHost.Products;

/// <summary>What one product says about one study, as <c>qurehost run --json</c> and <c>/api/v1/studies/{uid}/findings</c> print it.</summary>
public sealed record ProductReport
{
    /// <summary>Product id.</summary>
    public required string Product { get; init; }

    /// <summary>Product version.</summary>
    public required string Version { get; init; }

    /// <summary><c>ok</c>, <c>qualified</c>, <c>refused</c> or <c>failed</c>; a run that is not over says <c>queued</c> or <c>running</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is not simply ok.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Models that were used.</summary>
    public IReadOnlyList<ModelUse> Models { get; init; } = [];

    /// <summary>Findings, each with what was measured of it.</summary>
    public IReadOnlyList<ReportedFinding> Findings { get; init; } = [];

    /// <summary>Measurements that belong to no finding.</summary>
    public IReadOnlyList<ReportedMeasurement> Measurements { get; init; } = [];

    /// <summary>Builds the report from the current results of a run.</summary>
    public static ProductReport From(string product, string version, string status, IReadOnlyList<string> reasons, IReadOnlyList<ModelUse> models, IReadOnlyCollection<Result> results)
    {
        var findings = results.OfType<Finding>().ToArray();
        var ids = findings.Select(f => f.Id).ToHashSet();
        var measured = results.OfType<Measurement>().ToLookup(m => m.Of is { } of && ids.Contains(of) ? of : "");
        return new ProductReport
        {
            Product = product,
            Version = version,
            Status = status,
            Reasons = reasons,
            Models = models,
            Findings = [.. findings.Select(f => new ReportedFinding(
                f.Name,
                f.Presence switch { Presence.Present => true, Presence.Absent => false, _ => null },
                f.Probability,
                f.Laterality?.ToString().ToLowerInvariant(),
                f.Detail,
                f.Reason,
                [.. measured[f.Id].Select(ReportedMeasurement.From)],
                [.. f.Images.Select(i => i.Sop).Distinct()]))],
            Measurements = [.. measured[""].Select(ReportedMeasurement.From)],
        };
    }
}

/// <summary>A model that made results.</summary>
public sealed record ModelUse(string Name, string Version, string Sha256);

/// <summary>A finding: present is true, false, or null where it is indeterminate or was not assessed (the reason says which).</summary>
public sealed record ReportedFinding(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? Present,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Probability,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Laterality,
    string? Detail,
    string? Reason,
    IReadOnlyList<ReportedMeasurement> Measurements,
    IReadOnlyList<string> Instances);

/// <summary>A number with its UCUM unit.</summary>
public sealed record ReportedMeasurement(string Name, double Value, string Unit)
{
    internal static ReportedMeasurement From(Measurement m) => new(m.Name, m.Value, m.Unit);
}

/// <summary>The host's JSON: camelCase, nulls left out, indented for people.</summary>
internal static class HostJson
{
    public static JsonSerializerOptions Compact { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static JsonSerializerOptions Indented { get; } = new(Compact) { WriteIndented = true };
}
