namespace QureHost.Dicom.Network.UpperLayer;

/// <summary>Why an association is not made: result, source and reason of an A-ASSOCIATE-RJ (PS3.8 §9.3.4).</summary>
/// <param name="Result">1 = permanent, 2 = transient.</param>
/// <param name="Source">1 = service user, 2 = ACSE, 3 = presentation.</param>
/// <param name="Reason">Meaning depends on the source.</param>
public readonly record struct AssociateReject(byte Result, byte Source, byte Reason)
{
    public static AssociateReject NoReasonGiven => new(1, 1, 1);

    public static AssociateReject ApplicationContextNotSupported => new(1, 1, 2);

    public static AssociateReject CallingAeNotRecognized => new(1, 1, 3);

    public static AssociateReject CalledAeNotRecognized => new(1, 1, 7);

    public static AssociateReject ProtocolVersionNotSupported => new(1, 2, 2);

    public static AssociateReject TemporaryCongestion => new(2, 3, 1);

    public static AssociateReject LocalLimitExceeded => new(2, 3, 2);

    public override string ToString()
    {
        var reason = (Source, Reason) switch
        {
            (1, 2) => "application context name not supported",
            (1, 3) => "calling AE title not recognized",
            (1, 7) => "called AE title not recognized",
            (2, 2) => "protocol version not supported",
            (3, 1) => "temporary congestion",
            (3, 2) => "local limit exceeded",
            _ => "no reason given",
        };
        return $"{(Result == 2 ? "rejected for now" : "rejected")}: {reason} ({Result},{Source},{Reason})";
    }
}

/// <summary>Why an association was ended at once: source and reason of an A-ABORT (PS3.8 §9.3.8).</summary>
/// <param name="Source">0 = service user, 2 = service provider.</param>
/// <param name="Reason">Meaning for source 2 only.</param>
public readonly record struct AbortReason(byte Source, byte Reason)
{
    public static AbortReason ServiceUser => new(0, 0);

    public static AbortReason NotSpecified => new(2, 0);

    public static AbortReason UnrecognizedPdu => new(2, 1);

    public static AbortReason UnexpectedPdu => new(2, 2);

    public static AbortReason UnrecognizedParameter => new(2, 4);

    public static AbortReason InvalidParameter => new(2, 6);

    public override string ToString() => (Source, Reason) switch
    {
        (0, _) => "aborted by the service user",
        (_, 1) => "unrecognized PDU",
        (_, 2) => "unexpected PDU",
        (_, 4) => "unrecognized PDU parameter",
        (_, 5) => "unexpected PDU parameter",
        (_, 6) => "invalid PDU parameter value",
        _ => "aborted without a reason",
    };
}
