using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Services;

/// <summary>Answers C-ECHO (PS3.4 Annex A).</summary>
public sealed class VerificationService : IServiceClass
{
    public const string SopClassUid = "1.2.840.10008.1.1";

    public bool Serves(string sopClassUid) => sopClassUid == SopClassUid;

    public string? ChooseTransferSyntax(ProposedContext proposed) => proposed.TransferSyntaxes.FirstOrDefault();

    public ValueTask HandleAsync(Association association, DimseMessage request, CancellationToken stop) =>
        association.RespondAsync(request, request.Command.Field == CommandField.EchoRequest ? DimseStatus.Success : DimseStatus.UnrecognizedOperation);
}
