namespace QureHost.Dicom.Network.UpperLayer;

/// <summary>An association ended otherwise than by release. Derives from <see cref="IOException"/>: a data set that was being read is lost.</summary>
public abstract class AssociationException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The peer broke the protocol; it is told so by an A-ABORT with <see cref="Abort"/>.</summary>
public sealed class ProtocolException(AbortReason abort, string message) : AssociationException(message)
{
    public AbortReason Abort { get; } = abort;
}

/// <summary>The peer sent an A-ABORT.</summary>
public sealed class AssociationAbortedException(AbortReason reason) : AssociationException($"The peer ended the association: {reason}.")
{
    public AbortReason Reason { get; } = reason;
}

/// <summary>The peer refused the association.</summary>
public sealed class AssociationRejectedException(AssociateReject reject) : AssociationException($"The peer refused the association: {reject}.")
{
    public AssociateReject Reject { get; } = reject;
}

/// <summary>The connection went away, or its peer was silent for too long.</summary>
public sealed class ConnectionLostException(string message, Exception? inner = null) : AssociationException(message, inner);
