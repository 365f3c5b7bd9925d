using Microsoft.Extensions.Logging;
using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Services;

/// <summary>Takes C-STORE of every storage SOP class in any transfer syntax, as sent (PS3.4 Annex B).</summary>
public sealed partial class StorageService(IStoreSink sink, ILogger<StorageService> logger) : IServiceClass
{
    /// <summary>Private SOP classes are storage too: refusing them would lose what a modality keeps in them.</summary>
    public bool Serves(string sopClassUid) => DicomUid.IsUsable(sopClassUid) && SopClasses.IsStorage(sopClassUid);

    /// <summary>The sender's first choice that is not the retired big endian: any other choice would make it convert.</summary>
    public string? ChooseTransferSyntax(ProposedContext proposed)
    {
        string? last = null;
        foreach (var syntax in proposed.TransferSyntaxes)
        {
            if (!DicomUid.IsUsable(syntax))
                continue;
            if (syntax != TransferSyntax.ExplicitBigEndian.Uid)
                return syntax;
            last = syntax;
        }

        return last;
    }

    public async ValueTask HandleAsync(Association association, DimseMessage request, CancellationToken stop)
    {
        var outcome = request.Command.Field == CommandField.StoreRequest
            ? await StoreAsync(association, request, stop).ConfigureAwait(false)
            : new StoreOutcome(DimseStatus.UnrecognizedOperation);

        // A sink that refuses early leaves the rest of the data set on the wire; the answer comes after it.
        if (request.DataSet is DataSetStream rest)
            await rest.SkipAsync().ConfigureAwait(false);
        await association.RespondAsync(request, outcome.Status, outcome.Comment).ConfigureAwait(false);
    }

    public ValueTask EndedAsync(AssociationInfo association, bool released) => sink.AssociationEndedAsync(association, released);

    private async ValueTask<StoreOutcome> StoreAsync(Association association, DimseMessage message, CancellationToken stop)
    {
        var command = message.Command;
        if (message.DataSet is not { } dataSet)
            return new StoreOutcome(DimseStatus.CannotUnderstand, "C-STORE without a data set");
        if (command.Text(CommandElement.AffectedSopClassUid) is not { } sopClass || !DicomUid.IsUsable(sopClass))
            return new StoreOutcome(DimseStatus.NoSuchSopClass, "Affected SOP Class UID is missing or not a UID");
        if (command.Text(CommandElement.AffectedSopInstanceUid) is not { } instance || !DicomUid.IsUsable(instance))
            return new StoreOutcome(DimseStatus.InvalidSopInstance, "Affected SOP Instance UID is missing or not a UID");
        var request = new StoreRequest
        {
            Association = association.Info,
            SopClassUid = sopClass,
            SopInstanceUid = instance,
            TransferSyntax = message.Context.TransferSyntax,
            Priority = command.UInt16(CommandElement.Priority) ?? 0,
            MoveOriginatorAe = command.Text(CommandElement.MoveOriginatorAe),
            MoveOriginatorMessageId = command.UInt16(CommandElement.MoveOriginatorMessageId),
        };
        var header = FileMetaHeader.Write(sopClass, instance, request.TransferSyntax, association.Info.CallingAe);
        try
        {
            return await sink.StoreAsync(request, new PrefixedStream(header, dataSet), stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not AssociationException and not OperationCanceledException)
        {
            LogSinkFailed(e, association.Info.Id, association.Info.CallingAe);
            return new StoreOutcome(DimseStatus.ProcessingFailure, "The object could not be stored");
        }
    }

    [LoggerMessage(3101, LogLevel.Error, "Association {Association} from {CallingAe}: an object could not be stored")]
    private partial void LogSinkFailed(Exception cause, string association, string callingAe);
}
