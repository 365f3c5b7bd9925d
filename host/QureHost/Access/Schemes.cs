using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace QureHost.Access;

/// <summary>Without logins everybody on this machine is the local user, with all roles on all sites.</summary>
internal sealed class NoneHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "none";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(Caller.Principal(SchemeName, "local", Roles.All, [Roles.AllSites]), SchemeName)));
}

/// <summary>Machines: <c>Authorization: Bearer qh_…</c> or <c>X-Api-Key: qh_…</c>.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Secrets secrets)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "key";

    public static string? KeyOf(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim()
            : request.Headers["X-Api-Key"].ToString() is { Length: > 0 } key ? key
            : null;
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(KeyOf(Request) is not { } key ? AuthenticateResult.NoResult()
            : secrets.Verify(key) is not { } row ? AuthenticateResult.Fail("The API key is not known.")
            : AuthenticateResult.Success(new AuthenticationTicket(Caller.Principal(SchemeName, $"key:{row.Name}", row.Roles, [row.Site]), SchemeName)));
}
