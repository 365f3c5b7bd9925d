using QureHost.Scheduling;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>What the pump knows of a model. Changed under the pump's lock only.</summary>
internal sealed class ModelEntry(ModelFolder folder)
{
    public ModelFolder Folder { get; set; } = folder;

    public string Sha256 { get; } = folder.Card.Sha256;

    public long MemoryBytes { get; } = ModelSize.Of(folder);

    public bool Preload { get; set; }

    public bool Pinned { get; set; }

    public bool Resident { get; set; }

    public bool Loading { get; set; }

    /// <summary>Why it could not be loaded the last time.</summary>
    public string? Error { get; set; }

    /// <summary>Known once it has been loaded, also after it was put out.</summary>
    public DeviceModel? Ports { get; set; }

    /// <summary>False once a batch came back in another size than it went in.</summary>
    public bool Batches { get; set; } = true;
}

/// <summary>One call that waits for its outputs.</summary>
internal sealed class Call(IReadOnlyList<ITensor> inputs, int items, CancellationToken cancelled)
{
    public IReadOnlyList<ITensor> Inputs => inputs;

    public int Items => items;

    public CancellationToken Cancelled => cancelled;

    /// <summary>As it was submitted, to be submitted again where the device is lost.</summary>
    public required Work Work { get; init; }

    /// <summary>How often the device was lost while it ran.</summary>
    public int Losses { get; set; }

    public TaskCompletionSource<IReadOnlyList<ITensor>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
