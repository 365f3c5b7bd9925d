using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>
/// What a run needs from the host: the boundary at which a worker process puts its protocol. Results that arrive here have
/// passed the contract.
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

    /// <summary>False where an instance is neither of the run's study nor of a study that it was shown: no result may point at it.</summary>
    bool Knows(string sopUid) => true;

    /// <summary>Attributes in the DICOM JSON model (PS3.18 annex F), without bulk data: what a worker is sent.</summary>
    ReadOnlyMemory<byte> JsonOf(ITags tags) => "{}"u8.ToArray();
}

/// <summary>A model that lets the scheduler know what is still to come.</summary>
public interface ITiledModel : IModel
{
    /// <summary>As <see cref="IModel.RunAsync"/>, for one tile of several.</summary>
    /// <param name="inputs">Inputs, in graph order.</param>
    /// <param name="following">How many more tiles are to come.</param>
    /// <param name="ct">Cancels the wait.</param>
    ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, int following, CancellationToken ct);
}
