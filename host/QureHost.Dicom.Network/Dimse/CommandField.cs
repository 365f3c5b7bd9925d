namespace QureHost.Dicom.Network.Dimse;

/// <summary>Command field (0000,0100) (PS3.7 §E.1). A response has the request's value with the high bit set.</summary>
public enum CommandField : ushort
{
    StoreRequest = 0x0001,
    GetRequest = 0x0010,
    FindRequest = 0x0020,
    MoveRequest = 0x0021,
    EchoRequest = 0x0030,
    EventReportRequest = 0x0100,
    ActionRequest = 0x0130,
    CancelRequest = 0x0FFF,
    StoreResponse = 0x8001,
    GetResponse = 0x8010,
    FindResponse = 0x8020,
    MoveResponse = 0x8021,
    EchoResponse = 0x8030,
    EventReportResponse = 0x8100,
    ActionResponse = 0x8130,
}

/// <summary>Status (0000,0900) (PS3.7 Annex C, PS3.4 §B.2.3).</summary>
public static class DimseStatus
{
    public const ushort Success = 0x0000;

    /// <summary>The identical object is here already.</summary>
    public const ushort DuplicateSopInstance = 0x0111;

    public const ushort ProcessingFailure = 0x0110;

    public const ushort InvalidSopInstance = 0x0117;

    public const ushort NoSuchSopClass = 0x0118;

    public const ushort SopClassNotSupported = 0x0122;

    public const ushort NotAuthorized = 0x0124;

    public const ushort UnrecognizedOperation = 0x0211;

    public const ushort InvalidArgument = 0x0115;

    public const ushort OutOfResources = 0xA700;

    public const ushort DataSetDoesNotMatchSopClass = 0xA900;

    public const ushort CannotUnderstand = 0xC000;

    public const ushort CoercionOfDataElements = 0xB000;

    /// <summary>Stored, perhaps with a warning (PS3.7 §C.2): the object is kept.</summary>
    public static bool IsSuccessOrWarning(ushort status) => status is Success or 0x0001 or 0x0107 or 0x0116 || (status & 0xF000) == 0xB000;
}
