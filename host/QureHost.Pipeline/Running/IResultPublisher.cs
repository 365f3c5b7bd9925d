using QureHost.Archive;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;

namespace QureHost.Pipeline;

/// <summary>A model that a run opened: its provenance.</summary>
public sealed record UsedModel(string Name, string Version, string Sha256);

/// <summary>A run that came to its end, with all that stands.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Manifest">Its product.</param>
/// <param name="Status">The verdict of its gates.</param>
/// <param name="Reasons">The gates' reasons.</param>
/// <param name="Results">The results that stand, masks with their data, in the order of first publication.</param>
/// <param name="Models">The models it opened.</param>
public sealed record FinishedRun(
    Job Job,
    PluginManifest Manifest,
    GateStatus Status,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<Result> Results,
    IReadOnlyList<UsedModel> Models);

/// <summary>Stores a finished run's results back into the study as DICOM objects, before the run counts as finished.</summary>
public interface IResultPublisher
{
    /// <summary>Called once per attempt that came to its end. An exception fails the attempt, which is tried again.</summary>
    ValueTask PublishAsync(FinishedRun run, CancellationToken ct);
}
