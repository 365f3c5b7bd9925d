using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>What a device tells of a model it has loaded.</summary>
public sealed record DeviceModel(IReadOnlyList<TensorPort> Inputs, IReadOnlyList<TensorPort> Outputs, long MemoryBytes);

/// <summary>
/// Where models run: inside this process now, in a process of its own later. Models go by the hash of their weights.
/// One run at a time; loading may overlap with it.
/// </summary>
public interface IDevice : IAsyncDisposable
{
    /// <summary><c>cpu</c>, <c>cuda:0</c>.</summary>
    string Name { get; }

    /// <summary>Memory that models may take.</summary>
    long MemoryBytes { get; }

    /// <exception cref="ModelUnavailableException">Missing, damaged, or not a model.</exception>
    Task<DeviceModel> LoadAsync(ModelFolder folder, CancellationToken ct);

    void Unload(string sha256);

    /// <summary>Runs a loaded model once.</summary>
    /// <exception cref="ModelUnavailableException">The graph failed on these inputs.</exception>
    Task<IReadOnlyList<ITensor>> RunAsync(string sha256, IReadOnlyList<ITensor> inputs, CancellationToken ct);
}
