namespace QureHost.Dicom.Network.UpperLayer;

/// <summary>What a requestor proposes in an A-ASSOCIATE-RQ (PS3.8 §9.3.2).</summary>
public sealed record AssociateRequest
{
    /// <summary>The DICOM application context (PS3.7 §A.2.1): the only one there is.</summary>
    public const string DicomApplicationContext = "1.2.840.10008.3.1.1.1";

    public ushort ProtocolVersion { get; init; } = 1;

    public required string CalledAe { get; init; }

    public required string CallingAe { get; init; }

    public string ApplicationContext { get; init; } = DicomApplicationContext;

    public IReadOnlyList<ProposedContext> Contexts { get; init; } = [];

    /// <summary>Longest P-DATA-TF variable field that the requestor takes; 0 = any.</summary>
    public uint MaxPduLength { get; init; }

    public string ImplementationClassUid { get; init; } = "";

    public string ImplementationVersion { get; init; } = "";

    public IReadOnlyList<RoleSelection> Roles { get; init; } = [];

    public UserIdentity? Identity { get; init; }
}

/// <summary>A presentation context as proposed: an abstract syntax and the transfer syntaxes that the requestor can send.</summary>
/// <param name="Id">Odd, 1 to 255.</param>
/// <param name="AbstractSyntax">SOP class UID.</param>
/// <param name="TransferSyntaxes">In the requestor's order.</param>
public sealed record ProposedContext(byte Id, string AbstractSyntax, IReadOnlyList<string> TransferSyntaxes);

/// <summary>SCU/SCP roles for a SOP class (PS3.7 §D.3.3.4): how a C-GET requestor says that it takes C-STORE.</summary>
public sealed record RoleSelection(string SopClassUid, bool Scu, bool Scp);

/// <summary>User identity (PS3.7 §D.3.3.7). Never logged.</summary>
/// <param name="Type">1 user name, 2 user name and passcode, 3 Kerberos, 4 SAML, 5 JWT.</param>
/// <param name="ResponseRequested">The requestor wants to hear that it was recognised.</param>
/// <param name="Primary">User name, ticket, assertion or token.</param>
/// <param name="Secondary">Passcode, for type 2.</param>
public sealed record UserIdentity(byte Type, bool ResponseRequested, ReadOnlyMemory<byte> Primary, ReadOnlyMemory<byte> Secondary)
{
    public override string ToString() => $"user identity of type {Type}";
}

/// <summary>Result of a proposed presentation context (PS3.8 §9.3.3.2).</summary>
public enum ContextResult : byte
{
    Accepted = 0,
    UserRejection = 1,
    NoReason = 2,
    AbstractSyntaxNotSupported = 3,
    TransferSyntaxesNotSupported = 4,
}

/// <summary>The answer to one proposed presentation context.</summary>
public sealed record NegotiatedContext(byte Id, ContextResult Result, string TransferSyntax);

/// <summary>What the acceptor answers in an A-ASSOCIATE-AC (PS3.8 §9.3.3).</summary>
public sealed record AssociateAccept
{
    public required string CalledAe { get; init; }

    public required string CallingAe { get; init; }

    public IReadOnlyList<NegotiatedContext> Contexts { get; init; } = [];

    public uint MaxPduLength { get; init; }

    public string ImplementationClassUid { get; init; } = "";

    public string ImplementationVersion { get; init; } = "";

    public IReadOnlyList<RoleSelection> Roles { get; init; } = [];

    /// <summary>The identity was recognised and the requestor asked to be told.</summary>
    public bool AcknowledgesIdentity { get; init; }
}
