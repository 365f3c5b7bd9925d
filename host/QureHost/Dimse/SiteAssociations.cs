using System.Net;
using QureHost.Archive;
using QureHost.Dicom.Network.Server;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dimse;

/// <summary>
/// Who may associate, and for which site. On loopback any calling AE title may; from elsewhere only a calling AE title
/// that a site names, from an address that the same site names.
/// </summary>
internal sealed class SiteAssociations(ArchiveStore archive, ServeOptions options) : IAssociationPolicy
{
    public ValueTask<AssociationDecision> DecideAsync(AssociationPeer peer, CancellationToken ct) => ValueTask.FromResult(Decide(peer));

    private AssociationDecision Decide(AssociationPeer peer)
    {
        var address = peer.Remote.Address.IsIPv4MappedToIPv6 ? peer.Remote.Address.MapToIPv4() : peer.Remote.Address;
        var byCalled = archive.Sites.FindByAeTitle(peer.CalledAe);
        var own = string.Equals(peer.CalledAe, options.AeTitle, StringComparison.OrdinalIgnoreCase);
        if (!own && byCalled is null)
        {
            return new AssociationDecision.Refuse(AssociateReject.CalledAeNotRecognized);
        }

        if (IPAddress.IsLoopback(address))
        {
            return new AssociationDecision.Accept((archive.Sites.FindByAeTitle(peer.CallingAe) ?? byCalled)?.Id ?? ArchiveStore.DefaultSite);
        }

        var site = archive.Sites.FindByAeTitle(peer.CallingAe);
        return site is not null && site.Addresses.Any(a => Contains(a, address))
            ? new AssociationDecision.Accept(site.Id)
            : new AssociationDecision.Refuse(AssociateReject.CallingAeNotRecognized);
    }

    private static bool Contains(string addressOrNetwork, IPAddress address) =>
        IPNetwork.TryParse(addressOrNetwork, out var network) ? network.Contains(address) : IPAddress.TryParse(addressOrNetwork, out var one) && one.Equals(address);
}
