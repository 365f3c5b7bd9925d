using System.Text.Json;
using QureHost.Sdk;

namespace QureHost.Plugins;

/// <summary>How an attempt ended.</summary>
public enum RunEnd
{
    /// <summary>The product returned, and broke no rule.</summary>
    Finished,

    /// <summary>The product threw, broke the contract, was silent, took too long or took its process down.</summary>
    Failed,

    /// <summary>The caller cancelled it.</summary>
    Cancelled,

    /// <summary>Something beside it ended it, another run in the same process for instance: the attempt is not its own fault and does not count.</summary>
    Released,
}

/// <summary>The end of an attempt.</summary>
/// <param name="End">How.</param>
/// <param name="Reason">Why it failed, in a sentence for the worklist.</param>
/// <param name="Retry">Another attempt may do better: a broken rule or a missing model stays as it is.</param>
/// <param name="Seconds">All it took.</param>
/// <param name="Abandoned">The product's code did not return when told to, and may still be running.</param>
/// <param name="Quarantined">This was the crash by which the plugin's version was put aside; the reason for an operator.</param>
public sealed record RunOutcome(RunEnd End, string? Reason, bool Retry, double Seconds, bool Abandoned = false, string? Quarantined = null);

/// <summary>Runs products: inside this process (<see cref="ProductRunner"/>) or in processes of their own (<see cref="WorkerPool"/>).</summary>
public interface IProductRunner
{
    /// <summary>Runs one attempt to its end. Does not throw for anything that the product does.</summary>
    Task<RunOutcome> RunAsync(Plugin plugin, RunInfo info, JsonElement settings, IRunHost host, RunClock clock, CancellationToken ct);
}
