using Microsoft.AspNetCore.Mvc;

namespace QureHost.Access;

/// <summary>
/// Refuses what a foreign web page could make a browser send: state-changing requests and sockets from another origin, and,
/// without logins, requests under a host name that is not loopback (DNS rebinding).
/// </summary>
internal sealed class OriginGuard(RequestDelegate next, ServeOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (options.Auth == AuthMode.None && !Loopback.IsHost(request.Host.Host))
        {
            return Refuse(context, "Without logins this host answers on loopback names only.");
        }

        var origin = request.Headers.Origin.ToString();
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        var opensSocket = request.Path.StartsWithSegments("/hubs");
        if (origin.Length > 0 && (changes || opensSocket) && !IsOwn(origin, request) && !options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return Refuse(context, "This origin is not configured for this host (--cors).");
        }

        return next(context);
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    private static Task Refuse(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsJsonAsync(
            new ProblemDetails { Status = StatusCodes.Status403Forbidden, Title = "Refused", Detail = why },
            options: null,
            contentType: "application/problem+json");
    }
}
