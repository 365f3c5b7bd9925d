using Microsoft.AspNetCore.Http;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Tests;

/// <summary>A request without a server, for what only reads one.</summary>
internal static class Request
{
    public static DicomWebRequest Of(string query = "", string? accept = null, string? study = null, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("host", 8042);
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.Accept = accept;
        context.Request.RouteValues["study"] = study;
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return new DicomWebRequest(context);
    }
}
