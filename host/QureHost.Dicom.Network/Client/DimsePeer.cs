using System.Net.Security;

namespace QureHost.Dicom.Network.Client;

/// <summary>Another application entity, and who we are to it.</summary>
public sealed record DimsePeer(string Host, int Port, string CalledAe, string CallingAe)
{
    /// <summary>TLS, or null for plain TCP.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    public AssociationLimits Limits { get; init; } = new();
}
