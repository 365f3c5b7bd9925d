using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>A site to be simulated, as <c>scenario.json</c> says it: camelCase, comments and trailing commas allowed.</summary>
public sealed record Scenario
{
    public string Name { get; init; } = "scenario";

    /// <summary>Hours to simulate; work that is open at the end is still done.</summary>
    public double Hours { get; init; } = 8;

    /// <summary>Seed of arrivals and of the deviations of run times.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Run times deviate from their mean by up to this share.</summary>
    public double Noise { get; init; } = .1;

    public IReadOnlyList<ScenarioDevice> Devices { get; init; } = [];

    public IReadOnlyList<ScenarioModel> Models { get; init; } = [];

    public IReadOnlyList<ScenarioProduct> Products { get; init; } = [];

    public ScenarioPolicy Policy { get; init; } = new();

    /// <summary>Devices that are lost for a while.</summary>
    public IReadOnlyList<ScenarioOutage> Outages { get; init; } = [];
}

/// <summary>A device.</summary>
/// <param name="Name">For people.</param>
/// <param name="Kind"><c>cpu</c>, <c>cuda</c>: models say their seconds by kind.</param>
/// <param name="MemoryMb">Memory that models may take, in 2²⁰ bytes.</param>
public sealed record ScenarioDevice(string Name, string Kind = "cpu", double MemoryMb = 4096);

/// <summary>A model's costs.</summary>
public sealed record ScenarioModel
{
    public required string Name { get; init; }

    /// <summary>Resident size in 2²⁰ bytes.</summary>
    public double MemoryMb { get; init; } = 100;

    public double LoadSeconds { get; init; } = .5;

    /// <summary>Seconds of one call (one image, one tile) by kind of device.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; init; } = new Dictionary<string, double>();

    public int MaxBatch { get; init; } = 1;

    /// <summary>0: a batch takes as long as its calls one by one; .8: a call in a large batch costs a fifth.</summary>
    public double BatchGain { get; init; }
}

/// <summary>A product at a site.</summary>
public sealed record ScenarioProduct
{
    public required string Id { get; init; }

    public string Site { get; init; } = "default";

    /// <summary>False: it is left out, unless <c>--enable</c> names it.</summary>
    public bool Enabled { get; init; } = true;

    public Lane Lane { get; init; } = Lane.Routine;

    public double DeadlineSeconds { get; init; } = 600;

    /// <summary>The model it calls, or null for one that calls none: it takes no device and is not simulated.</summary>
    public string? Model { get; init; }

    /// <summary>Calls of the model for one study, on average.</summary>
    public double Calls { get; init; } = 1;

    /// <summary>Its own computing before the first call, in seconds.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Studies an hour, arriving at random; or <see cref="Arrivals"/>.</summary>
    public double PerHour { get; init; }

    /// <summary>Recorded arrivals in seconds from the beginning.</summary>
    public IReadOnlyList<double>? Arrivals { get; init; }
}

/// <summary>The scheduler's constants, where they differ from the defaults.</summary>
public sealed record ScenarioPolicy
{
    public double LongestBatchSeconds { get; init; } = .25;

    public double BatchWindowSeconds { get; init; }

    public double RoutineAgesMinutes { get; init; } = 30;

    public double BackgroundAgesMinutes { get; init; } = 240;
}

/// <summary>A device that is lost and comes back.</summary>
public sealed record ScenarioOutage(string Device, double FromSeconds, double ForSeconds);
