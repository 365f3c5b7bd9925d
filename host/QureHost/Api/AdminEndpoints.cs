using QureHost.Access;
using QureHost.Archive;

namespace QureHost.Api;

/// <summary>Sites, users, keys and the audit, for admins.</summary>
internal static class AdminEndpoints
{
    private const int MinPassword = 10;

    public static void MapAdmin(this RouteGroupBuilder admin)
    {
        admin.MapGet("/sites", (HttpContext c, ArchiveStore a) => a.SitesOf(c.User)).WithSummary("Sites.");
        admin.MapPut("/sites/{site}", async (string site, SiteChange change, HttpContext c, ArchiveStore a, CancellationToken ct) =>
        {
            if (!c.User.MaySee(site))
            {
                return Problems.Forbidden();
            }

            var before = a.Sites.Get(site);
            var after = new Site
            {
                Id = site,
                Name = change.Name ?? before?.Name ?? site,
                AeTitles = change.AeTitles ?? before?.AeTitles ?? [],
                Addresses = change.Addresses ?? before?.Addresses ?? [],
            };
            await a.Sites.PutAsync(after, ct);
            await AuditAsync(c, a, site, "site.change", null, ct);
            return Answer.Ok(after);
        }).WithSummary("Makes or changes a site.");
        admin.MapDelete("/sites/{site}", async (string site, HttpContext c, ArchiveStore a, CancellationToken ct) =>
        {
            if (!c.User.MaySee(site))
            {
                return Problems.Forbidden();
            }

            if (!await a.Sites.DeleteAsync(site, ct))
            {
                return Problems.Conflict("The site is not there, holds studies, or is the default one.");
            }

            await AuditAsync(c, a, site, "site.delete", null, ct);
            return Answer.NoContent();
        }).WithSummary("Deletes a site that holds no study.");

        admin.MapGet("/users", (HttpContext c, ArchiveStore a) => a.Users.List().Where(u => Within(c, u.Sites)).Select(u => new UserView(u.Name, u.Roles, u.Sites))).WithSummary("People who log in.");
        admin.MapPut("/users/{name}", async (string name, UserChange change, HttpContext c, ArchiveStore a, Secrets secrets, CancellationToken ct) =>
        {
            var before = a.Users.Get(name);
            var sites = change.Sites ?? before?.Sites ?? [ArchiveStore.DefaultSite];
            if (!Within(c, sites) || (before is not null && !Within(c, before.Sites)))
            {
                return Problems.Forbidden();
            }

            if (name.Length is 0 or > 64 || (change.Password is null && before is null) || change.Password?.Length < MinPassword)
            {
                return Problems.BadRequest($"A user has a name of up to 64 characters and a password of at least {MinPassword}.");
            }

            if (change.Roles?.Except(Roles.All).ToArray() is { Length: > 0 } unknown)
            {
                return Problems.BadRequest($"Unknown role {unknown[0]}; there are {string.Join(", ", Roles.All)}.");
            }

            var after = new User
            {
                Name = name,
                Roles = change.Roles ?? before?.Roles ?? [Roles.Reader],
                Sites = sites,
                PasswordHash = change.Password is { } password ? secrets.Hash(password) : before!.PasswordHash,
            };
            await a.Users.PutAsync(after, ct);
            await AuditAsync(c, a, ArchiveStore.DefaultSite, "user.change", name, ct);
            return Answer.Ok(new UserView(after.Name, after.Roles, after.Sites));
        }).WithSummary("Makes or changes a user.");
        admin.MapDelete("/users/{name}", async (string name, HttpContext c, ArchiveStore a, CancellationToken ct) =>
        {
            if (a.Users.Get(name) is { } user && !Within(c, user.Sites))
            {
                return Problems.Forbidden();
            }

            if (name == c.User.NameOf())
            {
                return Problems.Conflict("You cannot delete yourself.");
            }

            var gone = await a.Users.DeleteAsync(name, ct);
            await AuditAsync(c, a, ArchiveStore.DefaultSite, "user.delete", name, ct);
            return gone ? Answer.NoContent() : Problems.NotFound("No such user.");
        }).WithSummary("Deletes a user; open sessions end.");

        admin.MapGet("/keys", (HttpContext c, ArchiveStore a) => a.Keys.List().Where(k => Within(c, [k.Site])).Select(k => new KeyView(k.Id, k.Name, k.Site, k.Roles, k.CreatedAt))).WithSummary("Keys of machines, without their secrets.");
        admin.MapPost("/keys", async (NewKey request, HttpContext c, ArchiveStore a, Secrets secrets, CancellationToken ct) =>
        {
            var site = request.Site ?? ArchiveStore.DefaultSite;
            if (!Within(c, [site]))
            {
                return Problems.Forbidden();
            }

            var roles = request.Roles ?? [Roles.Sender];
            if ((site != Roles.AllSites && a.Sites.Get(site) is null) || string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 64 || roles.Except(Roles.All).Any())
            {
                return Problems.BadRequest($"A key has a name, a known site ('*' for all), and roles of {string.Join(", ", Roles.All)}.");
            }

            var (key, row) = secrets.NewKey(request.Name, site, roles);
            await a.Keys.PutAsync(row, ct);
            await AuditAsync(c, a, site, "key.add", row.Id, ct);
            return Answer.Created($"/api/v1/keys/{row.Id}", new { row.Id, row.Name, row.Site, row.Roles, key });
        }).WithSummary("Makes a key; the answer shows it this once.");
        admin.MapDelete("/keys/{id}", async (string id, HttpContext c, ArchiveStore a, CancellationToken ct) =>
        {
            if (a.Keys.Get(id) is not { } key || !Within(c, [key.Site]))
            {
                return Problems.NotFound("No such key.");
            }

            await a.Keys.DeleteAsync(id, ct);
            await AuditAsync(c, a, key.Site, "key.delete", id, ct);
            return Answer.NoContent();
        }).WithSummary("Deletes a key; it stops working at once.");

        admin.MapGet("/audit", (HttpContext c, ArchiveStore a, string? study, string? user, int? limit) =>
            a.Audit.List(new AuditFilter { Sites = [.. a.SitesOf(c.User).Select(s => s.Id)], StudyUid = study, User = user, Limit = Math.Clamp(limit ?? 200, 1, 5000) })).WithSummary("Who did what: a row per user, study, action and window of time.");
        admin.MapGet("/jobs", (HttpContext c, ArchiveStore a, string? site, int? limit) =>
            c.User.MaySee(site ?? ArchiveStore.DefaultSite) ? Answer.Ok(a.Jobs.List(new JobFilter { Site = site ?? ArchiveStore.DefaultSite, Limit = Math.Clamp(limit ?? 200, 1, 5000) })) : Problems.Forbidden()).Produces<Job[]>().WithSummary("Runs, newest first.");
    }

    private static bool Within(HttpContext context, IReadOnlyList<string> sites) => sites.All(context.User.MaySee);

    private static ValueTask AuditAsync(HttpContext c, ArchiveStore a, string site, string action, string? detail, CancellationToken ct) =>
        a.Audit.RecordAsync(new AuditEntry(c.User.NameOf(), site, null, action, detail), ct);

    internal sealed record SiteChange(string? Name, IReadOnlyList<string>? AeTitles, IReadOnlyList<string>? Addresses);

    internal sealed record UserChange(string? Password, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Sites);

    internal sealed record UserView(string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Sites);

    internal sealed record NewKey(string? Name, string? Site, IReadOnlyList<string>? Roles);

    internal sealed record KeyView(string Id, string Name, string Site, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt);
}
