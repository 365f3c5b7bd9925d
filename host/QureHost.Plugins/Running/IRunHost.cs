using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>
/// What a run needs from the host: the boundary that a worker process will put its protocol at. Results that arrive here
/// have passed the contract.
/// </summary>
public interface IRunHost
{
    IStudy Study { get; }

    ValueTask<IModel> OpenModelAsync(string name, CancellationToken ct);

    ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct);

    /// <summary>Records progress; returns when the run's lane may go on.</summary>
    ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct);

    /// <summary>Makes a result durable and visible.</summary>
    ValueTask PublishAsync(Result result, CancellationToken ct);

    ValueTask WithdrawAsync(string id, string reason, CancellationToken ct);
}
