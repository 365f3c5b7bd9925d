using QureHost.Sdk.Manifests;

namespace QureHost.Inference;

/// <summary>Whose model calls these are: taken from the run's job, never from the plugin.</summary>
public sealed record RunContext(string Site, string Product, Lane Lane, DateTimeOffset DueAt)
{
    /// <summary>Folder of the models that came with the plugin's own version, or null.</summary>
    public string? OwnModels { get; init; }

    /// <summary>The run: its calls are one job to the scheduler. Null where there is none.</summary>
    public string? Run { get; init; }

    /// <summary>Since when the run has waited: the age of its calls. Null: each is as old as it is.</summary>
    public DateTimeOffset? QueuedAt { get; init; }
}

/// <summary>A product's model, at a site: the site may have exchanged it.</summary>
/// <param name="Site">The site.</param>
/// <param name="Product">The product that asks.</param>
/// <param name="Name">The name that it asks for.</param>
/// <param name="OwnModels">Folder of the models that came with the plugin, or null.</param>
public sealed record ModelRequest(string Site, string Product, string Name, string? OwnModels = null);

/// <summary>What a site runs in place of a product's own model.</summary>
/// <param name="Name">The replacement.</param>
/// <param name="Sha256">Of its weights, as chosen.</param>
public sealed record ModelChoice(string Name, string Sha256);

/// <summary>Settings of the inference service.</summary>
public sealed record InferenceOptions
{
    /// <summary>Items that one run may hold. 1 on a CPU, where batches gain little and make a stat run wait longer.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>How long an unfilled batch waits for company.</summary>
    public TimeSpan BatchWindow { get; init; }

    /// <summary>The largest tensor that a product may lease.</summary>
    public long LargestTensorBytes { get; init; } = 1L << 30;

    /// <summary>Tiles of one call that are filled ahead of the device.</summary>
    public int TilesAhead { get; init; } = 3;
}

/// <summary>Where a model stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">As its card says; empty where that cannot be read.</param>
/// <param name="Sha256">As its card says; empty where that cannot be read.</param>
/// <param name="State"><c>ready</c>, <c>loading</c>, <c>cold</c> (installed, not loaded) or <c>unavailable</c>.</param>
/// <param name="Reason">Why it is unavailable.</param>
public sealed record ModelStatus(string Name, string Version, string Sha256, string State, string? Reason = null);
