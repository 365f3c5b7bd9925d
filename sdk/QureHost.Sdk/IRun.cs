using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk;

/// <summary>One attempt of one product on one study: all that a product may ask of the host.</summary>
public interface IRun
{
    /// <summary>Who runs, on what, for which time.</summary>
    RunInfo Info { get; }

    /// <summary>The study, as far as it has arrived.</summary>
    IStudy Study { get; }

    /// <summary>The site's settings for this product, validated against the manifest's schema.</summary>
    /// <typeparam name="T">A type whose properties the JSON settings fill; absent ones keep their defaults.</typeparam>
    T Settings<T>() where T : class, new();

    /// <summary>Opens a model that the manifest lists.</summary>
    /// <exception cref="ModelUnavailableException">The model is missing, corrupt or over the device's budget.</exception>
    ValueTask<IModel> ModelAsync(string name, CancellationToken ct);

    /// <summary>Leases zeroed shared memory for a tensor that belongs to no model.</summary>
    ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct);

    /// <summary>
    /// Progress, heartbeat and CPU yield in one call: between slabs of work, tell how far the run is. The host
    /// returns when this run may go on, so that a routine run steps aside for a stat one.
    /// </summary>
    /// <param name="done">0..1, or null where the end is not known.</param>
    /// <param name="stage">A few words for a person: "segmenting", "slice 12 of 40".</param>
    /// <param name="ct">Cancels the wait.</param>
    ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct);

    /// <summary>Publishes a result at once. A result with the same <see cref="Result.Id"/> replaces the one before.</summary>
    /// <exception cref="ContractException">The result breaks the contract; the message says how.</exception>
    ValueTask PublishAsync(Result result, CancellationToken ct);

    /// <summary>Takes back a result published in this run.</summary>
    ValueTask WithdrawAsync(string id, string reason, CancellationToken ct);
}

/// <summary>The facts of a run.</summary>
/// <param name="RunId">Unique id of the run; the same through its attempts.</param>
/// <param name="Attempt">1 for the first attempt.</param>
/// <param name="Product">Product id, as in the manifest.</param>
/// <param name="Version">Product version, as in the manifest.</param>
/// <param name="Site">The site whose study this is.</param>
/// <param name="StudyUid">Study Instance UID (0020,000D).</param>
public sealed record RunInfo(string RunId, int Attempt, string Product, string Version, string Site, string StudyUid);

/// <summary>A model could not be used; the message is fit for the worklist.</summary>
public sealed class ModelUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A product broke the contract; the message says which rule.</summary>
public sealed class ContractException(string message) : Exception(message);
