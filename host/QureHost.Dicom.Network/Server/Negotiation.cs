using QureHost.Dicom.Network.Services;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Server;

/// <summary>Answers the presentation contexts and roles of a request (PS3.8 §9.3.3.2, PS3.7 Annex D).</summary>
internal static class Negotiation
{
    public static (AssociateAccept Accept, List<PresentationContext> Contexts) Answer(AssociateRequest request, IReadOnlyList<IServiceClass> services, uint maxPduLength)
    {
        var answers = new List<NegotiatedContext>(request.Contexts.Count);
        var agreed = new List<PresentationContext>(request.Contexts.Count);
        foreach (var proposed in request.Contexts)
        {
            var service = services.FirstOrDefault(s => s.Serves(proposed.AbstractSyntax));
            var syntax = service?.ChooseTransferSyntax(proposed);
            if (service is not null && syntax is not null)
                agreed.Add(new PresentationContext(proposed.Id, proposed.AbstractSyntax, syntax, service));

            // A refused context carries a transfer syntax all the same; it has no meaning there (PS3.8 table 9-18).
            answers.Add(new NegotiatedContext(
                proposed.Id,
                service is null ? ContextResult.AbstractSyntaxNotSupported : syntax is null ? ContextResult.TransferSyntaxesNotSupported : ContextResult.Accepted,
                syntax ?? TransferSyntax.ImplicitLittleEndian.Uid));
        }

        var roles = request.Roles
            .Where(r => agreed.Exists(c => c.AbstractSyntax == r.SopClassUid))
            .Select(r => r with { Scp = r.Scp && services.Any(s => s.SendsTo(r.SopClassUid)) })
            .ToList();
        var accept = new AssociateAccept
        {
            CalledAe = request.CalledAe,
            CallingAe = request.CallingAe,
            Contexts = answers,
            MaxPduLength = maxPduLength,
            ImplementationClassUid = DicomUid.Implementation,
            ImplementationVersion = DicomUid.ImplementationVersion,
            Roles = roles,
            AcknowledgesIdentity = request.Identity?.ResponseRequested == true,
        };
        return (accept, agreed);
    }

    /// <summary>What is wrong with a request before anybody is asked, or null.</summary>
    public static AssociateReject? Check(AssociateRequest request)
    {
        if ((request.ProtocolVersion & 1) == 0)
            return AssociateReject.ProtocolVersionNotSupported;
        if (request.ApplicationContext != AssociateRequest.DicomApplicationContext)
            return AssociateReject.ApplicationContextNotSupported;
        if (request.CalledAe.Length == 0)
            return AssociateReject.CalledAeNotRecognized;
        if (request.CallingAe.Length == 0)
            return AssociateReject.CallingAeNotRecognized;
        return null;
    }
}
