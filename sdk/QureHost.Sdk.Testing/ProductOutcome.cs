using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;

namespace QureHost.Sdk.Testing;

/// <summary>A checkpoint of a run.</summary>
/// <param name="Done">0..1, or null.</param>
/// <param name="Stage">What it does.</param>
public sealed record Checkpoint(double? Done, string Stage);

/// <summary>A model that a run opened.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">As its card says.</param>
/// <param name="Sha256">Of its weights.</param>
public sealed record OpenedModel(string Name, string Version, string Sha256);

/// <summary>All that a run said and did.</summary>
public sealed record ProductOutcome
{
    /// <summary>The product.</summary>
    public required PluginManifest Manifest { get; init; }

    /// <summary>Why the run failed, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The results that stand at the end, masks with their data, in the order of first publication.</summary>
    public IReadOnlyList<Result> Results { get; init; } = [];

    /// <summary>The models it opened.</summary>
    public IReadOnlyList<OpenedModel> Models { get; init; } = [];

    /// <summary>Its checkpoints.</summary>
    public IReadOnlyList<Checkpoint> Checkpoints { get; init; } = [];

    /// <summary>All it took.</summary>
    public double Seconds { get; init; }

    /// <summary>What a conforming product would not do, though the host lets it pass.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary><c>ok</c>, <c>qualified</c>, <c>refused</c> or <c>failed</c>.</summary>
    public string Status => Error is not null ? "failed" : ResultSummary.StatusOf(Results).ToString().ToLowerInvariant();

    /// <summary>The gates' reasons, or why it failed.</summary>
    public IReadOnlyList<string> Reasons => Error is not null ? [Error] : ResultSummary.ReasonsOf(Results);
}
