using System.Net;
using System.Net.Security;

namespace QureHost.Dicom.Network.Server;

/// <summary>Where the server listens, and its bounds.</summary>
public sealed record DimseServerOptions
{
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Associations at once; one more is rejected as transient.</summary>
    public int MaxAssociations { get; init; } = 128;

    /// <summary>Associations at once from one address.</summary>
    public int MaxAssociationsPerAddress { get; init; } = 64;

    /// <summary>Connections that have no association yet, or no more; the oldest goes when one more comes.</summary>
    public int MaxLooseConnections { get; init; } = 256;

    /// <summary>Longest P-DATA-TF variable field that we ask for.</summary>
    public uint MaxPduLength { get; init; } = 128 * 1024;

    public AssociationLimits Limits { get; init; } = new();

    /// <summary>How long a stop waits for messages in progress.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>TLS (PS3.15 §B.9 ff.), or null for plain TCP.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }
}
