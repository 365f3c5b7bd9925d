using System.Buffers.Binary;
using System.Text;

namespace QureHost.Dicom.Network.UpperLayer;

/// <summary>Reads the variable field of A-ASSOCIATE-RQ and -AC. Lengths inside are checked against what is there.</summary>
internal static class AssociateReader
{
    public static AssociateRequest ReadRequest(ReadOnlySpan<byte> body)
    {
        var items = ReadFixedPart(body, out var version, out var called, out var calling);
        var request = new AssociateRequest { ProtocolVersion = version, CalledAe = called, CallingAe = calling, ApplicationContext = "" };
        var contexts = new List<ProposedContext>();
        while (NextItem(ref items, out var type, out var item))
        {
            switch (type)
            {
                case ItemType.ApplicationContext:
                    request = request with { ApplicationContext = Uid(item) };
                    break;
                case ItemType.ProposedContext:
                    contexts.Add(ReadProposedContext(item));
                    break;
                case ItemType.UserInformation:
                    request = ReadUserInformation(request, item);
                    break;
            }
        }

        if (contexts.Count == 0)
            throw Invalid("the request proposes no presentation context");
        if (contexts.DistinctBy(c => c.Id).Count() != contexts.Count)
            throw Invalid("two presentation contexts have the same id");
        return request with { Contexts = contexts };
    }

    public static AssociateAccept ReadAccept(ReadOnlySpan<byte> body)
    {
        var items = ReadFixedPart(body, out _, out var called, out var calling);
        var information = new AssociateRequest { CalledAe = called, CallingAe = calling };
        var contexts = new List<NegotiatedContext>();
        while (NextItem(ref items, out var type, out var item))
        {
            if (type == ItemType.ContextResult)
            {
                if (item.Length < 4)
                    throw Invalid("a presentation context item is too short");
                var sub = item[4..];
                var syntax = NextItem(ref sub, out var subType, out var value) && subType == ItemType.TransferSyntax ? Uid(value) : "";
                contexts.Add(new NegotiatedContext(item[0], (ContextResult)item[2], syntax));
            }
            else if (type == ItemType.UserInformation)
            {
                information = ReadUserInformation(information, item);
            }
        }

        return new AssociateAccept
        {
            CalledAe = called,
            CallingAe = calling,
            Contexts = contexts,
            MaxPduLength = information.MaxPduLength,
            ImplementationClassUid = information.ImplementationClassUid,
            ImplementationVersion = information.ImplementationVersion,
            Roles = information.Roles,
        };
    }

    private static ReadOnlySpan<byte> ReadFixedPart(ReadOnlySpan<byte> body, out ushort version, out string called, out string calling)
    {
        // Protocol version 2, reserved 2, called 16, calling 16, reserved 32 (PS3.8 table 9-11).
        if (body.Length < 68)
            throw Invalid("the association PDU is shorter than its fixed part");
        version = BinaryPrimitives.ReadUInt16BigEndian(body);
        called = Title(body.Slice(4, 16));
        calling = Title(body.Slice(20, 16));
        return body[68..];
    }

    private static ProposedContext ReadProposedContext(ReadOnlySpan<byte> item)
    {
        if (item.Length < 4 || (item[0] & 1) == 0)
            throw Invalid("a presentation context has no odd id");
        string? abstractSyntax = null;
        var transferSyntaxes = new List<string>();
        var sub = item[4..];
        while (NextItem(ref sub, out var type, out var value))
        {
            if (type == ItemType.AbstractSyntax)
                abstractSyntax = Uid(value);
            else if (type == ItemType.TransferSyntax)
                transferSyntaxes.Add(Uid(value));
        }

        return new ProposedContext(item[0], abstractSyntax ?? throw Invalid("a presentation context has no abstract syntax"), transferSyntaxes);
    }

    private static AssociateRequest ReadUserInformation(AssociateRequest request, ReadOnlySpan<byte> information)
    {
        var roles = new List<RoleSelection>();
        while (NextItem(ref information, out var type, out var item))
        {
            switch (type)
            {
                case ItemType.MaximumLength when item.Length >= 4:
                    request = request with { MaxPduLength = BinaryPrimitives.ReadUInt32BigEndian(item) };
                    break;
                case ItemType.ImplementationClass:
                    request = request with { ImplementationClassUid = Uid(item) };
                    break;
                case ItemType.ImplementationVersion:
                    request = request with { ImplementationVersion = Title(item) };
                    break;
                case ItemType.RoleSelection:
                    var uid = Field(ref item);
                    if (item.Length >= 2)
                        roles.Add(new RoleSelection(Uid(uid), item[0] == 1, item[1] == 1));
                    break;
                case ItemType.UserIdentity when item.Length >= 2:
                    var (kind, wanted) = (item[0], item[1] == 1);
                    item = item[2..];
                    var primary = Field(ref item).ToArray();
                    request = request with { Identity = new UserIdentity(kind, wanted, primary, Field(ref item).ToArray()) };
                    break;
            }
        }

        return request with { Roles = roles };
    }

    private static bool NextItem(ref ReadOnlySpan<byte> rest, out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.IsEmpty)
            return false;
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) is var length && length > rest.Length - 4)
            throw Invalid("an item is longer than the PDU that holds it");
        type = rest[0];
        value = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        return true;
    }

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(rest) is var length && length > rest.Length - 2)
            throw Invalid("a field is longer than its item");
        var value = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return value;
    }

    private static string Uid(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes).TrimEnd('\0', ' ');

    private static string Title(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes).Trim('\0', ' ');

    private static ProtocolException Invalid(string what) => new(AbortReason.InvalidParameter, $"Invalid association PDU: {what}.");
}
