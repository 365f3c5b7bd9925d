using System.Net;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Server;

/// <summary>Says who may associate, and on behalf of which site.</summary>
public interface IAssociationPolicy
{
    /// <summary>Decides on a request. Runs before any limit on associations is taken up.</summary>
    ValueTask<AssociationDecision> DecideAsync(AssociationPeer peer, CancellationToken ct);
}

/// <summary>A requestor.</summary>
public sealed record AssociationPeer(string CallingAe, string CalledAe, IPEndPoint Remote, string ImplementationClassUid, string ImplementationVersion, UserIdentity? Identity, bool IsEncrypted);

/// <summary>The policy's answer.</summary>
public abstract record AssociationDecision
{
    private AssociationDecision()
    {
    }

    /// <summary>Take the association.</summary>
    /// <param name="Site">The site that its studies belong to.</param>
    /// <param name="DefaultCharset">Specific Character Set (0008,0005) to assume where a data set names none.</param>
    /// <param name="MaxAssociations">Most associations of this calling AE title at once; null for the server's limit only.</param>
    public sealed record Accept(string Site, string? DefaultCharset = null, int? MaxAssociations = null) : AssociationDecision;

    /// <summary>Refuse it.</summary>
    public sealed record Refuse(AssociateReject Reason) : AssociationDecision;
}
