using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Services;

/// <summary>
/// A service class in the SCP role: storage, verification, query. The server negotiates what it serves and hands it the
/// requests; while it handles one, it owns the association in both directions.
/// </summary>
public interface IServiceClass
{
    /// <summary>Whether this service answers for a SOP class.</summary>
    bool Serves(string sopClassUid);

    /// <summary>The transfer syntax to use for a proposed context that this service serves, or null where none suits.</summary>
    string? ChooseTransferSyntax(ProposedContext proposed);

    /// <summary>Whether we, the acceptor, may send requests of this SOP class: the requestor takes the SCP role (PS3.7 §D.3.3.4).</summary>
    bool SendsTo(string sopClassUid) => false;

    /// <summary>Answers one request.</summary>
    ValueTask HandleAsync(Association association, DimseMessage request, CancellationToken stop);

    /// <summary>The association is over.</summary>
    /// <param name="association">Which one.</param>
    /// <param name="released">Orderly: the sender had nothing more to say.</param>
    ValueTask EndedAsync(AssociationInfo association, bool released) => ValueTask.CompletedTask;
}

/// <summary>Responses that every service gives.</summary>
public static class Responses
{
    private const int LongestComment = 64; // (0000,0902) is an LO

    /// <summary>Answers without a data set; a class and instance named in the request come back.</summary>
    public static ValueTask RespondAsync(this Association association, DimseMessage request, ushort status, string? comment = null)
    {
        var command = request.Command;
        var response = CommandSet.Build()
            .Uid(CommandElement.AffectedSopClassUid, command.Text(CommandElement.AffectedSopClassUid))
            .UInt16(CommandElement.CommandField, (ushort)((ushort)command.Field | 0x8000))
            .UInt16(CommandElement.MessageIdBeingRespondedTo, command.MessageId)
            .UInt16(CommandElement.DataSetType, CommandSet.NoDataSet)
            .UInt16(CommandElement.Status, status)
            .Text(CommandElement.ErrorComment, comment?.Length > LongestComment ? comment[..LongestComment] : comment)
            .Uid(CommandElement.AffectedSopInstanceUid, command.Text(CommandElement.AffectedSopInstanceUid))
            .ToCommandSet();
        return association.SendAsync(request.Context, response);
    }
}
