using System.Security.Claims;
using QureHost.Archive;

namespace QureHost.Access;

/// <summary>Names of roles, claims and policies.</summary>
public static class Roles
{
    public const string Reader = "reader";

    public const string Admin = "admin";

    /// <summary>Machines that may store studies: modalities, gateways.</summary>
    public const string Sender = "sender";

    /// <summary>A site that the caller may see; <see cref="AllSites"/> for every one.</summary>
    public const string SiteClaim = "site";

    public const string AllSites = "*";

    public static IReadOnlyList<string> All { get; } = [Reader, Admin, Sender];
}

/// <summary>What the host asks of whoever calls.</summary>
internal static class Caller
{
    public static string NameOf(this ClaimsPrincipal user) => user.Identity?.Name ?? "unknown";

    public static bool MaySee(this ClaimsPrincipal user, string site) =>
        user.HasClaim(Roles.SiteClaim, Roles.AllSites) || user.HasClaim(Roles.SiteClaim, site);

    /// <summary>The known sites that the caller may see.</summary>
    public static IReadOnlyList<Site> SitesOf(this ArchiveStore archive, ClaimsPrincipal user) =>
        [.. archive.Sites.List().Where(s => user.MaySee(s.Id))];

    /// <summary>The site a request names by <c>?site=</c>, or the default one; null where the caller may not see it or it is not there.</summary>
    public static string? SiteOf(this HttpContext context, ArchiveStore archive)
    {
        var site = context.Request.Query["site"].ToString() is { Length: > 0 } named ? named : ArchiveStore.DefaultSite;
        return context.User.MaySee(site) && archive.Sites.Get(site) is not null ? site : null;
    }

    /// <summary>A principal of the host's own making.</summary>
    public static ClaimsPrincipal Principal(string scheme, string name, IEnumerable<string> roles, IEnumerable<string> sites) =>
        new(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, name), .. roles.Select(r => new Claim(ClaimTypes.Role, r)), .. sites.Select(s => new Claim(Roles.SiteClaim, s))],
            scheme));
}
