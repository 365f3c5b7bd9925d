using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>What a device tells of a model it has loaded.</summary>
public sealed record DeviceModel(IReadOnlyList<TensorPort> Inputs, IReadOnlyList<TensorPort> Outputs, long MemoryBytes);

/// <summary>
/// Where models run: inside this process, or in a process of its own. Models go by the hash of their weights. One run at
/// a time; loading may overlap with it.
/// </summary>
public interface IDevice : IAsyncDisposable
{
    /// <summary>The device lost all models that it held. Told before any call that this ended fails with <see cref="DeviceLostException"/>.</summary>
    event Action? Lost
    {
        add { }
        remove { }
    }

    /// <summary>It is back, empty.</summary>
    event Action? Returned
    {
        add { }
        remove { }
    }

    /// <summary><c>cpu</c>, <c>cuda</c>.</summary>
    string Name { get; }

    /// <summary>Memory that models may take.</summary>
    long MemoryBytes { get; }

    /// <exception cref="ModelUnavailableException">Missing, damaged, or not a model.</exception>
    /// <exception cref="DeviceLostException">The device ended meanwhile.</exception>
    Task<DeviceModel> LoadAsync(ModelFolder folder, CancellationToken ct);

    void Unload(string sha256);

    /// <summary>Runs a loaded model once.</summary>
    /// <exception cref="ModelUnavailableException">The graph failed on these inputs, or was ended.</exception>
    /// <exception cref="DeviceLostException">The device ended meanwhile, and not by this run's fault as far as is known.</exception>
    Task<IReadOnlyList<ITensor>> RunAsync(string sha256, IReadOnlyList<ITensor> inputs, CancellationToken ct);
}

/// <summary>A device ended under a call.</summary>
/// <param name="message">How.</param>
/// <param name="started">The call had begun; false where it never reached the device.</param>
public sealed class DeviceLostException(string message, bool started) : Exception(message)
{
    /// <summary>The call had begun.</summary>
    public bool Started => started;
}
