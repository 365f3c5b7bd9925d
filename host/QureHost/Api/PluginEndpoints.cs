using System.Buffers;
using QureHost.Access;
using QureHost.Archive;
using QureHost.Plugins;

namespace QureHost.Api;

/// <summary>
/// Plugins of the running host: added as one file, put aside, taken back, rolled back, removed. They run at every site,
/// so that only an admin of all sites may change them.
/// </summary>
internal static class PluginEndpoints
{
    private static readonly PackageLimits Limits = new();

    public static void MapPlugins(this RouteGroupBuilder admin)
    {
        var plugins = admin.MapGroup("/plugins");
        plugins.MapGet("", (PluginCatalog catalog) => catalog.Plugins.Select(p => PluginView.Of(catalog, p)))
            .WithSummary("Plugins: the version that runs, its state, and the versions that are installed.");

        plugins.MapPost("", AddAsync).Accepts<byte[]>("application/octet-stream").Produces<PluginView>(StatusCodes.Status201Created)
            .WithSummary("Installs a package made by 'qurehost plugin pack'. New runs take it; running ones finish on the version that they began with.");

        plugins.MapPost("/{id}/enable", (string id, HttpContext c, ArchiveStore a, PluginCatalog catalog, CancellationToken ct) =>
            ChangeAsync(id, "plugin.enable", c, a, catalog, () => catalog.EnableAsync(id, ct), ct)).Produces<PluginView>().WithSummary("Takes a plugin into use again: disabled, malfunctioned or quarantined.");
        plugins.MapPost("/{id}/disable", (string id, HttpContext c, ArchiveStore a, PluginCatalog catalog, CancellationToken ct) =>
            ChangeAsync(id, "plugin.disable", c, a, catalog, () => catalog.DisableAsync(id, ct), ct)).Produces<PluginView>().WithSummary("Puts a plugin aside: no new run starts.");
        plugins.MapPost("/{id}/rollback", (string id, HttpContext c, ArchiveStore a, PluginCatalog catalog, CancellationToken ct) =>
            ChangeAsync(id, "plugin.rollback", c, a, catalog, () => catalog.RollbackAsync(id, ct), ct)).Produces<PluginView>().WithSummary("Back to the version that ran before.");
        plugins.MapPost("/{id}/versions/{version}", (string id, string version, HttpContext c, ArchiveStore a, PluginCatalog catalog, CancellationToken ct) =>
            ChangeAsync(id, "plugin.use", c, a, catalog, () => catalog.UseAsync(id, version, ct), ct)).Produces<PluginView>().WithSummary("Runs an installed version.");

        plugins.MapDelete("/{id}", async (string id, string? version, HttpContext c, ArchiveStore a, PluginCatalog catalog, CancellationToken ct) =>
        {
            if (!MayChange(c))
            {
                return Forbidden();
            }

            try
            {
                await catalog.RemoveAsync(id, version, ct);
            }
            catch (PluginException e)
            {
                return Refused(catalog, id, e);
            }

            await a.Audit.RecordAsync(new AuditEntry(c.User.NameOf(), ArchiveStore.DefaultSite, null, "plugin.remove", $"{id} {version}".Trim()), ct);
            return Answer.NoContent();
        }).WithSummary("Removes a plugin that was added, or one version of it.");
    }

    private static async Task<IResult> AddAsync(HttpContext c, ArchiveStore archive, PluginCatalog catalog, ServeOptions options, CancellationToken ct)
    {
        if (!MayChange(c))
        {
            return Forbidden();
        }

        if (c.Request.ContentLength > Limits.PackageBytes)
        {
            return Problems.TooLarge($"A package is at most {Limits.PackageBytes >> 20} MB.");
        }

        // Beside the plugins, so that a full disk is told before anything is installed; names with a dot are no plugins.
        var root = Path.Combine(options.DataDirectory, "plugins");
        Directory.CreateDirectory(root);
        var staged = Path.Combine(root, $".incoming-{Guid.NewGuid():N}");
        Directory.CreateDirectory(staged);
        try
        {
            await using var package = new FileStream(Path.Combine(staged, "package"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
            if (!await ReceiveAsync(c.Request.Body, package, ct))
            {
                return Problems.TooLarge($"A package is at most {Limits.PackageBytes >> 20} MB.");
            }

            package.Position = 0;
            var unpacked = Path.Combine(staged, "plugin");
            var manifest = await PluginPackage.ExtractAsync(package, unpacked, Limits, ct);
            var plugin = await catalog.AddAsync(unpacked, ct);
            await archive.Audit.RecordAsync(new AuditEntry(c.User.NameOf(), ArchiveStore.DefaultSite, null, "plugin.add", $"{manifest.Id} {manifest.Version}"), ct);
            return Answer.Created($"/api/v1/plugins/{manifest.Id}", PluginView.Of(catalog, plugin));
        }
        catch (PackageException e)
        {
            return Problems.BadRequest(e.Message);
        }
        catch (PluginException e)
        {
            return Problems.Conflict(e.Message);
        }
        finally
        {
            Directory.Delete(staged, recursive: true);
        }
    }

    private static async Task<bool> ReceiveAsync(Stream from, Stream to, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            long bytes = 0;
            for (int read; (read = await from.ReadAsync(buffer, ct)) > 0;)
            {
                if ((bytes += read) > Limits.PackageBytes)
                {
                    return false;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<IResult> ChangeAsync(string id, string action, HttpContext c, ArchiveStore archive, PluginCatalog catalog, Func<Task<Plugin>> change, CancellationToken ct)
    {
        if (!MayChange(c))
        {
            return Forbidden();
        }

        try
        {
            var plugin = await change();
            await archive.Audit.RecordAsync(new AuditEntry(c.User.NameOf(), ArchiveStore.DefaultSite, null, action, $"{id} {plugin.Version}"), ct);
            return Answer.Ok(PluginView.Of(catalog, plugin));
        }
        catch (PluginException e)
        {
            return Refused(catalog, id, e);
        }
    }

    private static bool MayChange(HttpContext c) => c.User.MaySee(Roles.AllSites);

    private static IResult Forbidden() => Answer.Problem("Plugins run at every site: only an admin of all sites may change them.", statusCode: StatusCodes.Status403Forbidden);

    private static IResult Refused(PluginCatalog catalog, string id, PluginException e) => catalog.Find(id) is null ? Problems.NotFound(e.Message) : Problems.Conflict(e.Message);

    /// <summary>A plugin for an operator.</summary>
    internal sealed record PluginView(string Id, string? Version, string State, string? Reason, string Name, IReadOnlyList<InstalledVersion> Versions)
    {
        public static PluginView Of(PluginCatalog catalog, Plugin plugin) => new(
            plugin.Id, plugin.Version, plugin.State.ToString(), plugin.Reason, plugin.Manifest?.Name ?? plugin.Id,
            [.. catalog.VersionsOf(plugin.Id).Select(v => new InstalledVersion(v.Version, v.IsCurrent, v.IsRemovable))]);
    }

    /// <summary>An installed version of a plugin.</summary>
    internal sealed record InstalledVersion(string Version, bool IsCurrent, bool IsRemovable);
}
