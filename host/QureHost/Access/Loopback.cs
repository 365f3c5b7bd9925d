using System.Net;

namespace QureHost.Access;

/// <summary>What counts as this machine alone.</summary>
internal static class Loopback
{
    /// <summary>True if a listening URL such as <c>http://127.0.0.1:5000</c> is reachable from this machine only.</summary>
    public static bool IsUrl(string url)
    {
        var address = BindingAddress.Parse(url);
        return !address.IsUnixPipe && IsHost(address.Host);
    }

    /// <summary>True for localhost and loopback addresses; never for a wildcard.</summary>
    public static bool IsHost(string host)
    {
        var name = host.Trim('[', ']');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var ip) && IPAddress.IsLoopback(ip));
    }
}
