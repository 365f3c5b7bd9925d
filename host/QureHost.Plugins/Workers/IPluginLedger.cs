namespace QureHost.Plugins;

/// <summary>What is remembered of plugins' crashes over a restart of the host.</summary>
public interface IPluginLedger
{
    /// <summary>Records that a run took its process down.</summary>
    /// <returns>How many different studies have crashed this version so far.</returns>
    Task<int> CrashedAsync(string product, string version, string site, string studyUid, string runId, string reason, CancellationToken ct);

    /// <summary>Puts a version aside until <see cref="LiftAsync"/>.</summary>
    Task QuarantineAsync(string product, string version, string reason, CancellationToken ct);

    /// <summary>Takes a version's quarantine and its crashes away.</summary>
    Task LiftAsync(string product, string version, CancellationToken ct);

    /// <summary>Why a version is put aside; null where it is not.</summary>
    string? Quarantine(string product, string version);
}

/// <summary>A ledger of this process alone.</summary>
public sealed class MemoryLedger : IPluginLedger
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string Product, string Version, string Site, string Study)> _crashes = [];
    private readonly Dictionary<(string, string), string> _quarantined = [];

    public Task<int> CrashedAsync(string product, string version, string site, string studyUid, string runId, string reason, CancellationToken ct)
    {
        lock (_gate)
        {
            _crashes.Add((product, version, site, studyUid));
            return Task.FromResult(_crashes.Count(c => c.Product == product && c.Version == version));
        }
    }

    public Task QuarantineAsync(string product, string version, string reason, CancellationToken ct)
    {
        lock (_gate)
        {
            _quarantined[(product, version)] = reason;
        }

        return Task.CompletedTask;
    }

    public Task LiftAsync(string product, string version, CancellationToken ct)
    {
        lock (_gate)
        {
            _quarantined.Remove((product, version));
            _crashes.RemoveWhere(c => c.Product == product && c.Version == version);
        }

        return Task.CompletedTask;
    }

    public string? Quarantine(string product, string version)
    {
        lock (_gate)
        {
            return _quarantined.GetValueOrDefault((product, version));
        }
    }
}
