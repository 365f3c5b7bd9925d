namespace QureHost.Dicom.Network.Services;

/// <summary>Takes received objects. The sender is answered when the returned task ends, so it ends when the object is durable.</summary>
public interface IStoreSink
{
    /// <param name="request">What the command says.</param>
    /// <param name="part10">
    /// The object as a DICOM file (PS3.10): a meta header of ours, then the data set as received. It comes from the wire while
    /// it is read, and throws an <see cref="IOException"/> where the sender goes away before the end: keep nothing then.
    /// </param>
    /// <param name="ct">The server stops at once.</param>
    ValueTask<StoreOutcome> StoreAsync(StoreRequest request, Stream part10, CancellationToken ct);

    /// <summary>The association is over; released means that the sender had nothing more to say.</summary>
    ValueTask AssociationEndedAsync(AssociationInfo association, bool released) => ValueTask.CompletedTask;
}

/// <summary>A C-STORE request (PS3.7 §9.3.1.1).</summary>
public sealed record StoreRequest
{
    public required AssociationInfo Association { get; init; }

    public required string SopClassUid { get; init; }

    public required string SopInstanceUid { get; init; }

    public required string TransferSyntax { get; init; }

    /// <summary>0 medium, 1 high, 2 low.</summary>
    public ushort Priority { get; init; }

    /// <summary>AE title that asked for a C-MOVE of which this is a part, or null.</summary>
    public string? MoveOriginatorAe { get; init; }

    public ushort? MoveOriginatorMessageId { get; init; }
}

/// <summary>The answer to a C-STORE.</summary>
/// <param name="Status">See <see cref="Dimse.DimseStatus"/>.</param>
/// <param name="Comment">For the sender's log, at most 64 characters; no patient data.</param>
public readonly record struct StoreOutcome(ushort Status, string? Comment = null);
