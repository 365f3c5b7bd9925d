using QureHost.Sdk.Manifests;

namespace QureHost.Simulation;

/// <summary>
/// A site to be simulated, as <c>scenario.json</c> says it: camelCase, comments and trailing commas allowed. Settable, since
/// generated JSON code leaves no default in members that are only set at creation.
/// </summary>
public sealed record Scenario
{
    public string Name { get; set; } = "scenario";

    /// <summary>Hours to simulate; work that is open at the end is still done.</summary>
    public double Hours { get; set; } = 8;

    /// <summary>Seed of arrivals and of the deviations of run times.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Run times deviate from their mean by up to this share.</summary>
    public double Noise { get; set; } = .1;

    public IReadOnlyList<ScenarioDevice> Devices { get; set; } = [];

    public IReadOnlyList<ScenarioModel> Models { get; set; } = [];

    public IReadOnlyList<ScenarioProduct> Products { get; set; } = [];

    public ScenarioPolicy Policy { get; set; } = new();

    /// <summary>Devices that are lost for a while.</summary>
    public IReadOnlyList<ScenarioOutage> Outages { get; set; } = [];
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
    public double MemoryMb { get; set; } = 100;

    public double LoadSeconds { get; set; } = .5;

    /// <summary>Seconds of one call (one image, one tile) by kind of device.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; set; } = new Dictionary<string, double>();

    public int MaxBatch { get; set; } = 1;

    /// <summary>0: a batch takes as long as its calls one by one; .8: a call in a large batch costs a fifth.</summary>
    public double BatchGain { get; set; }
}

/// <summary>A product at a site.</summary>
public sealed record ScenarioProduct
{
    public required string Id { get; init; }

    public string Site { get; set; } = "default";

    /// <summary>False: it is left out, unless <c>--enable</c> names it.</summary>
    public bool Enabled { get; set; } = true;

    public Lane Lane { get; set; } = Lane.Routine;

    public double DeadlineSeconds { get; set; } = 600;

    /// <summary>The model it calls, or null for one that calls none: it takes no device and is not simulated.</summary>
    public string? Model { get; set; }

    /// <summary>Calls of the model for one study, on average.</summary>
    public double Calls { get; set; } = 1;

    /// <summary>Its own computing before the first call, in seconds.</summary>
    public double CpuSeconds { get; set; }

    /// <summary>Studies an hour, arriving at random; or <see cref="Arrivals"/>.</summary>
    public double PerHour { get; set; }

    /// <summary>Recorded arrivals in seconds from the beginning.</summary>
    public IReadOnlyList<double>? Arrivals { get; set; }
}

/// <summary>The scheduler's constants, where they differ from the defaults.</summary>
public sealed record ScenarioPolicy
{
    public double LongestBatchSeconds { get; set; } = .25;

    public double BatchWindowSeconds { get; set; }

    public double RoutineAgesMinutes { get; set; } = 30;

    public double BackgroundAgesMinutes { get; set; } = 240;
}

/// <summary>A device that is lost and comes back.</summary>
public sealed record ScenarioOutage(string Device, double FromSeconds, double ForSeconds);
