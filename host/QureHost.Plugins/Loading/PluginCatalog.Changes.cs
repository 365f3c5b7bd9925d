using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>A change to the installed plugins cannot be made; the message says why.</summary>
public sealed class PluginException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A version that is installed.</summary>
/// <param name="Id">Plugin id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="IsCurrent">New runs take it.</param>
/// <param name="IsRemovable">It was added by the site, and did not come with the host.</param>
public sealed record PluginVersion(string Id, string Version, string Folder, bool IsCurrent, bool IsRemovable);

/// <summary>
/// Changes while the host runs. Each takes effect for the runs that start after it; runs under way finish on the version
/// that they began with.
/// </summary>
public sealed partial class PluginCatalog
{
    private const string CurrentMark = "current";
    private const string PreviousMark = "previous";
    private const string DisabledMark = "disabled";
    private readonly SemaphoreSlim _changing = new(1);

    /// <summary>All versions of a plugin that are installed, highest first.</summary>
    public IReadOnlyList<PluginVersion> VersionsOf(string id)
    {
        var current = Find(id)?.Folder;
        return
        [
            .. _folders.Scan().Where(f => f.Id == id && f.Manifest is not null)
                .OrderByDescending(f => f.Manifest!.Version, VersionOrder.Instance)
                .Select(f => new PluginVersion(id, f.Manifest!.Version, f.Path, f.Path == current, f.Root == 0)),
        ];
    }

    /// <summary>Installs the version in a folder, by copying it, and makes it the current one.</summary>
    /// <param name="folder">A folder with <c>plugin.json</c>, its assembly and what that depends on.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="PluginException">It cannot run here, or is installed already.</exception>
    public async Task<Plugin> AddAsync(string folder, CancellationToken ct) => await ChangeAsync(() =>
    {
        var manifest = ManifestOf(folder);
        if (VersionsOf(manifest.Id).Any(v => v.Version == manifest.Version))
        {
            throw new PluginException($"Version {manifest.Version} of '{manifest.Id}' is installed already. Remove it first, or give the new one a new version.");
        }

        var probe = PluginCode.Make(Path.GetFullPath(folder), manifest, loadCode: false);
        if (!probe.CanRun)
        {
            throw new PluginException($"'{manifest.Id}' {manifest.Version} cannot run here: {probe.Reason}");
        }

        var home = _folders.Of(manifest.Id);
        var fresh = Path.Combine(home, $".new-{Guid.NewGuid():N}");
        try
        {
            Copy(folder, fresh);
            Directory.Move(fresh, Path.Combine(home, manifest.Version));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"'{manifest.Id}' {manifest.Version} cannot be copied into {home}: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }

        Choose(manifest.Id, manifest.Version);
        return manifest.Id;
    }, ct);

    /// <summary>Makes an installed version the current one.</summary>
    /// <exception cref="PluginException">It is not installed.</exception>
    public async Task<Plugin> UseAsync(string id, string version, CancellationToken ct) => await ChangeAsync(() =>
    {
        Require(id);
        if (VersionsOf(id).All(v => v.Version != version))
        {
            throw new PluginException($"'{id}' {version} is not installed; there is {string.Join(", ", VersionsOf(id).Select(v => v.Version))}.");
        }

        Choose(id, version);
        return id;
    }, ct);

    /// <summary>Goes back to the version that was current before; a second time, forward again.</summary>
    /// <exception cref="PluginException">There is none.</exception>
    public async Task<Plugin> RollbackAsync(string id, CancellationToken ct) => await ChangeAsync(() =>
    {
        Require(id);
        var previous = _folders.Marked(id, PreviousMark);
        if (previous is null || VersionsOf(id).All(v => v.Version != previous))
        {
            throw new PluginException($"There is no version of '{id}' to go back to.");
        }

        Choose(id, previous);
        return id;
    }, ct);

    /// <summary>Puts a plugin aside: no new run starts.</summary>
    /// <exception cref="PluginException">There is no such plugin.</exception>
    public async Task<Plugin> DisableAsync(string id, CancellationToken ct) => await ChangeAsync(() =>
    {
        Require(id);
        _folders.Mark(id, DisabledMark, "An operator disabled it.");
        return id;
    }, ct);

    /// <summary>Takes it back: disabled, malfunctioned or quarantined, it is tried again as if nothing had been.</summary>
    /// <exception cref="PluginException">There is no such plugin.</exception>
    public async Task<Plugin> EnableAsync(string id, CancellationToken ct)
    {
        var plugin = Require(id);
        if (plugin.Version is { } version)
        {
            await _ledger.LiftAsync(id, version, ct);
        }

        return await ChangeAsync(() =>
        {
            _folders.Mark(id, DisabledMark, null);
            foreach (var folder in new[] { plugin.Folder, Path.GetDirectoryName(plugin.Folder)! })
            {
                File.Delete(Path.Combine(folder, DisabledMark));
            }

            Forget(id);
            return id;
        }, ct);
    }

    /// <summary>Removes a version, or all that the site added. Where the current one goes, the highest that is left takes its place.</summary>
    /// <exception cref="PluginException">It is not installed, or came with the host: that can be disabled.</exception>
    public async Task RemoveAsync(string id, string? version, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            Require(id);
            var gone = VersionsOf(id).Where(v => (version is null || v.Version == version) && v.IsRemovable).ToArray();
            if (gone.Length == 0)
            {
                throw new PluginException(VersionsOf(id).Any(v => version is null || v.Version == version)
                    ? $"'{id}' came with the host: it can be disabled, not removed."
                    : $"'{id}' {version} is not installed.");
            }

            foreach (var folder in gone)
            {
                Delete(folder.Folder, _folders.Of(id));
            }

            if (gone.Any(v => v.IsCurrent))
            {
                _folders.Mark(id, CurrentMark, null);
            }

            if (Directory.Exists(_folders.Of(id)) && !Directory.EnumerateDirectories(_folders.Of(id)).Any() && !File.Exists(Path.Combine(_folders.Of(id), "plugin.json")))
            {
                Directory.Delete(_folders.Of(id), recursive: true);
            }

            Refresh();
        }
        finally
        {
            _changing.Release();
        }

        Changed?.Invoke();
    }

    private async Task<Plugin> ChangeAsync(Func<string> change, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        string id;
        try
        {
            id = change();
            Refresh();
        }
        finally
        {
            _changing.Release();
        }

        Changed?.Invoke();
        return Require(id);
    }

    private Plugin Require(string id) => Find(id) ?? throw new PluginException($"There is no plugin '{id}'.");

    private void Choose(string id, string version)
    {
        if (Find(id)?.Version is { } before && before != version)
        {
            _folders.Mark(id, PreviousMark, before);
        }

        _folders.Mark(id, CurrentMark, version);
    }

    /// <summary>Makes the next refresh look at a plugin as if for the first time.</summary>
    private void Forget(string id)
    {
        lock (_gate)
        {
            _replaced.AddRange(_plugins.Where(p => p.Id == id));
            _plugins = [.. _plugins.Where(p => p.Id != id)];
        }
    }

    private static PluginManifest ManifestOf(string folder)
    {
        try
        {
            return PluginCode.ReadManifest(folder);
        }
        catch (Exception e) when (e is ManifestException or IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"The folder holds no plugin: {e.Message}", e);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>A version beside others goes whole; one that lies in the plugin's own folder leaves the versions below it.</summary>
    private static void Delete(string folder, string home)
    {
        if (folder != home)
        {
            Directory.Delete(folder, recursive: true);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f) is not (CurrentMark or PreviousMark or DisabledMark)))
        {
            File.Delete(file);
        }

        foreach (var below in Directory.EnumerateDirectories(folder).Where(d => !File.Exists(Path.Combine(d, "plugin.json"))))
        {
            Directory.Delete(below, recursive: true);
        }
    }
}
