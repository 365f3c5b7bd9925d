namespace QureHost.Sdk;

/// <summary>
/// An AI product. The host makes one instance per run through the parameterless constructor named by the
/// manifest's entry, calls <see cref="RunAsync"/> once, and disposes the instance if it is disposable.
/// </summary>
/// <remarks>
/// Every member that a product can call is a message or a lease, so the same assembly runs inside the host,
/// in a process of its own, or behind a protocol spoken from another language.
/// </remarks>
public interface IProduct
{
    /// <summary>Reads the study, publishes results as they are found, and returns when the study is done.</summary>
    /// <param name="run">The host's side of this run.</param>
    /// <param name="ct">Cancelled when the run is withdrawn, times out or the host stops.</param>
    /// <exception cref="Exception">Any exception fails this attempt, and nothing else in the host.</exception>
    ValueTask RunAsync(IRun run, CancellationToken ct);
}
