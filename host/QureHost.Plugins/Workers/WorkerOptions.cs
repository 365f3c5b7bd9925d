using QureHost.Sdk.Results;

namespace QureHost.Plugins;

/// <summary>How plugins' processes are run.</summary>
public sealed record WorkerOptions
{
    /// <summary>The worker program, run by the host's own <c>dotnet</c>.</summary>
    public string Assembly { get; init; } = Path.Combine(AppContext.BaseDirectory, "worker", "QureHost.Plugins.Worker.dll");

    /// <summary>Private memory above which a worker is ended; memory that it shares does not count.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Runs at once in one worker.</summary>
    public int RunsPerWorker { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Workers of one plugin at most, where the first is busy.</summary>
    public int MostWorkers { get; init; } = 2;

    /// <summary>A worker beyond a plugin's first is ended after this long without a run.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a product may take to return after it was told to; then its process is ended.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long loading a plugin may take.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A version is put aside when so many different studies crashed it.</summary>
    public int StudiesBeforeQuarantine { get; init; } = 3;

    /// <summary>Starts that fail one after the other before a plugin counts as malfunctioned.</summary>
    public int StartsBeforeMalfunction { get; init; } = 3;

    /// <summary>Shared memory that one run may hold.</summary>
    public long RunBytes { get; init; } = 2L << 30;

    /// <summary>How much a run may say.</summary>
    public ResultLimits Limits { get; init; } = new();

    /// <summary>
    /// First of the users that workers become, one a plugin, where the host is root on Linux; null leaves them the host's
    /// own. The numbers need no entry in the user database.
    /// </summary>
    public int? FirstUser { get; init; }

    /// <summary>The group that workers become: the one that may read shared memory.</summary>
    public int Group { get; init; } = DefaultGroup;

    /// <summary>Users and the group where nothing else is said: above what distributions hand out, below 65534.</summary>
    public const int DefaultGroup = 64100;
}
