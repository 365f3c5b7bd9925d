using QureHost.Archive;
using QureHost.Plugins;

namespace QureHost.Pipeline;

/// <summary>Plugins' crashes and quarantines in the archive, where they outlast the host.</summary>
public sealed class PluginLedger(ArchiveStore archive) : IPluginLedger
{
    public Task<int> CrashedAsync(string product, string version, string site, string studyUid, string runId, string reason, CancellationToken ct) =>
        archive.Plugins.CrashedAsync(product, version, site, studyUid, runId, reason, ct);

    public Task QuarantineAsync(string product, string version, string reason, CancellationToken ct) => archive.Plugins.QuarantineAsync(product, version, reason, ct);

    public Task LiftAsync(string product, string version, CancellationToken ct) => archive.Plugins.LiftAsync(product, version, ct);

    public string? Quarantine(string product, string version) => archive.Plugins.Quarantine(product, version);
}
