using Dapper;

namespace QureHost.Archive;

/// <summary>What plugins' versions are charged with: the runs that took their process down, and whether that put them aside.</summary>
public sealed class PluginTable
{
    private readonly Database database;

    internal PluginTable(Database database) => this.database = database;

    /// <summary>Records a crash; answers how many different studies have crashed this version.</summary>
    public Task<int> CrashedAsync(string product, string version, string site, string studyUid, string runId, string reason, CancellationToken ct) => database.WriteAsync(
        scope =>
        {
            scope.Execute(
                "INSERT INTO plugin_crash (product, version, site, study_uid, run_id, reason, at) VALUES (@product, @version, @site, @studyUid, @runId, @reason, @NowMs)",
                new { product, version, site, studyUid, runId, reason, scope.NowMs });
            return (int)scope.QuerySingle<long>(
                "SELECT count(*) FROM (SELECT DISTINCT site, study_uid FROM plugin_crash WHERE product = @product AND version = @version)", new { product, version });
        },
        ct);

    /// <summary>Puts a version aside until <see cref="LiftAsync"/>.</summary>
    public Task QuarantineAsync(string product, string version, string reason, CancellationToken ct) => database.WriteAsync(
        scope => scope.Execute(
            "INSERT OR REPLACE INTO plugin_quarantine (product, version, reason, at) VALUES (@product, @version, @reason, @NowMs)", new { product, version, reason, scope.NowMs }),
        ct);

    /// <summary>Takes a version's quarantine and its crashes away.</summary>
    public Task LiftAsync(string product, string version, CancellationToken ct) => database.WriteAsync(
        scope => scope.Execute("DELETE FROM plugin_quarantine WHERE product = @product AND version = @version", new { product, version })
            + scope.Execute("DELETE FROM plugin_crash WHERE product = @product AND version = @version", new { product, version }),
        ct);

    /// <summary>Why a version is put aside; null where it is not.</summary>
    public string? Quarantine(string product, string version) => database.Read(c => c.Sqlite.QueryFirstOrDefault<string>(
        "SELECT reason FROM plugin_quarantine WHERE product = @product AND version = @version", new { product, version }));
}
