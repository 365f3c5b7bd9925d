using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using QureHost.Archive;

namespace QureHost.Access;

/// <summary>Who may do what: schemes and policies.</summary>
internal static class AccessSetup
{
    public const string ReaderPolicy = "reader";
    public const string AdminPolicy = "admin";
    public const string LoginLimit = "login";
    private const string Chooser = "qurehost";

    public static void AddAccess(this IServiceCollection services, ServeOptions options)
    {
        services.AddSingleton<Secrets>();
        var authentication = services.AddAuthentication(o => o.DefaultScheme = options.Auth == AuthMode.None ? NoneHandler.SchemeName : Chooser);
        if (options.Auth == AuthMode.None)
        {
            authentication.AddScheme<AuthenticationSchemeOptions, NoneHandler>(NoneHandler.SchemeName, null);
        }
        else
        {
            services.AddDataProtection().SetApplicationName("QureHost").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.DataDirectory, "keys")));
            authentication
                .AddPolicyScheme(Chooser, null, o => o.ForwardDefaultSelector = c => ApiKeyHandler.KeyOf(c.Request) is null ? CookieAuthenticationDefaults.AuthenticationScheme : ApiKeyHandler.SchemeName)
                .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
                .AddCookie(Configure);
        }

        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(null)
            .AddPolicy(ReaderPolicy, p => p.RequireRole(Roles.Reader, Roles.Admin))
            .AddPolicy(AdminPolicy, p => p.RequireRole(Roles.Admin))
            .AddPolicy("dicom.read", p => p.RequireRole(Roles.Reader, Roles.Admin))
            .AddPolicy("dicom.write", p => p.RequireRole(Roles.Sender, Roles.Admin))
            .AddPolicy("dicom.delete", p => p.RequireRole(Roles.Admin));
        services.AddRateLimiter(o =>
        {
            o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            o.AddPolicy(LoginLimit, c => RateLimitPartition.GetFixedWindowLimiter(
                c.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = 20, Window = TimeSpan.FromMinutes(1) }));
        });
    }

    private static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "qurehost";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = TimeSpan.FromHours(10);
        cookie.SlidingExpiration = true;

        // An API answers with a status, not with a redirection to a login page.
        cookie.Events.OnRedirectToLogin = c => Answer(c.Response, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = c => Answer(c.Response, StatusCodes.Status403Forbidden);

        // Roles and sites are the user's present ones, and a deleted user or a changed password ends the session.
        cookie.Events.OnValidatePrincipal = async c =>
        {
            var name = c.Principal?.NameOf() ?? "";
            var user = c.HttpContext.RequestServices.GetRequiredService<ArchiveStore>().Users.Get(name);
            if (user is null || c.Principal!.FindFirst("stamp")?.Value != StampOf(user))
            {
                c.RejectPrincipal();
                await c.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            }
            else
            {
                c.ReplacePrincipal(PrincipalOf(user));
            }
        };
    }

    public static System.Security.Claims.ClaimsPrincipal PrincipalOf(User user)
    {
        var principal = Caller.Principal(CookieAuthenticationDefaults.AuthenticationScheme, user.Name, user.Roles, user.Sites);
        ((System.Security.Claims.ClaimsIdentity)principal.Identity!).AddClaim(new("stamp", StampOf(user)));
        return principal;
    }

    private static string StampOf(User user) => user.PasswordHash[^Math.Min(12, user.PasswordHash.Length)..];

    private static Task Answer(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    }
}
