using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using QureHost.Access;
using QureHost.Archive;

namespace QureHost.Api;

/// <summary>Who is logged in, logging in and out.</summary>
internal static class SessionEndpoints
{
    public const string Notice = "For research and evaluation. Not a medical device; not for diagnosis.";

    public static void MapSession(this RouteGroupBuilder api, ServeOptions options)
    {
        api.MapGet("/session", (HttpContext context, ArchiveStore archive) =>
        {
            var user = context.User;
            var known = user.Identity?.IsAuthenticated == true;
            return new SessionAnswer(
                known ? user.NameOf() : null,
                known ? [.. Roles.All.Where(user.IsInRole)] : [],
                known ? [.. archive.SitesOf(user).Select(s => s.Id)] : [],
                options.Auth == AuthMode.None ? "none" : "local",
                HostVersion.Text,
                Notice);
        }).AllowAnonymous().WithSummary("Who is logged in, and what the page must say of the product.");

        api.MapPost("/login", async (LoginRequest login, HttpContext context, Secrets secrets, ArchiveStore archive, CancellationToken ct) =>
        {
            if (options.Auth != AuthMode.Local)
            {
                return Answer.Problem("This host runs without logins.", statusCode: StatusCodes.Status409Conflict);
            }

            var user = secrets.Login(login.User ?? "", login.Password ?? "");
            await archive.Audit.RecordAsync(new AuditEntry(user?.Name ?? Shorten(login.User), ArchiveStore.DefaultSite, null, user is null ? "login.failed" : "login"), ct);
            if (user is null)
            {
                return Answer.Problem("The name or the password is wrong.", statusCode: StatusCodes.Status401Unauthorized);
            }

            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, AccessSetup.PrincipalOf(user));
            return Answer.NoContent();
        }).AllowAnonymous().RequireRateLimiting(AccessSetup.LoginLimit).WithSummary("Logs a person in and sets the session's cookie.");

        api.MapPost("/logout", async (HttpContext context) =>
        {
            if (options.Auth == AuthMode.Local)
            {
                await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            }

            return Answer.NoContent();
        }).AllowAnonymous().WithSummary("Ends the session.");
    }

    private static string Shorten(string? name) => name is null ? "" : name.Length > 64 ? name[..64] : name;

    internal sealed record LoginRequest(string? User, string? Password);

    internal sealed record SessionAnswer(string? User, IReadOnlyList<string> Roles, IReadOnlyList<string> Sites, string Auth, string Version, string Notice);
}
