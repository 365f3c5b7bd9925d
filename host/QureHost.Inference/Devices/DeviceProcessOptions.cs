using QureHost.Onnx;
using QureHost.Processes;

namespace QureHost.Inference;

/// <summary>How a device's process is run.</summary>
public sealed record DeviceProcessOptions
{
    /// <summary>Full path of <c>QureHost.Inference.Device.dll</c>.</summary>
    public required string Program { get; init; }

    /// <summary>Its own folder.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>What it should run on.</summary>
    public Accelerator Accelerator { get; init; } = Accelerator.Auto;

    /// <summary>Memory that models may take; 0 for a third of the machine's.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Memory that the process may take beside it: the runtime, ONNX Runtime, and a model's weights while they are read.</summary>
    public long OwnBytes { get; init; } = 1L << 30;

    /// <summary>What it gives up before any model is loaded.</summary>
    public Confinement Confinement { get; init; } = new();

    /// <summary>A run may take this many times what runs of its model took so far, by input size.</summary>
    public double RunFactor { get; init; } = 20;

    /// <summary>But always so long.</summary>
    public TimeSpan RunFloor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>And never longer. Also the limit of a model of which nothing is known.</summary>
    public TimeSpan RunCeiling { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long loading and the first run on zeros may take.</summary>
    public TimeSpan LoadLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a run that was told to stop may go on: ONNX Runtime looks between two nodes only.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the process may leave a ping unanswered. It answers beside its runs.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a model is held back that ended its process three times.</summary>
    public TimeSpan HoldBack { get; init; } = TimeSpan.FromMinutes(10);
}
