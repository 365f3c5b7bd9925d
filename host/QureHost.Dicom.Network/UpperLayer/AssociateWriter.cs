using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace QureHost.Dicom.Network.UpperLayer;

/// <summary>Writes association PDUs, header included (PS3.8 §9.3.2 to §9.3.8).</summary>
internal static class AssociateWriter
{
    public static byte[] Request(AssociateRequest request)
    {
        var w = Begin(request.CalledAe, request.CallingAe);
        Item(w, ItemType.ApplicationContext, request.ApplicationContext);
        foreach (var context in request.Contexts)
        {
            var body = new ArrayBufferWriter<byte>();
            body.Write((ReadOnlySpan<byte>)[context.Id, 0, 0, 0]);
            Item(body, ItemType.AbstractSyntax, context.AbstractSyntax);
            foreach (var syntax in context.TransferSyntaxes)
                Item(body, ItemType.TransferSyntax, syntax);
            Item(w, ItemType.ProposedContext, body.WrittenSpan);
        }

        var information = Information(request.MaxPduLength, request.ImplementationClassUid, request.ImplementationVersion, request.Roles);
        if (request.Identity is { } identity)
        {
            var body = new ArrayBufferWriter<byte>();
            body.Write((ReadOnlySpan<byte>)[identity.Type, identity.ResponseRequested ? (byte)1 : (byte)0]);
            Field(body, identity.Primary.Span);
            Field(body, identity.Secondary.Span);
            Item(information, ItemType.UserIdentity, body.WrittenSpan);
        }

        Item(w, ItemType.UserInformation, information.WrittenSpan);
        return End(w, PduType.AssociateRequest);
    }

    public static byte[] Accept(AssociateAccept accept)
    {
        var w = Begin(accept.CalledAe, accept.CallingAe);
        Item(w, ItemType.ApplicationContext, AssociateRequest.DicomApplicationContext);
        foreach (var context in accept.Contexts)
        {
            var body = new ArrayBufferWriter<byte>();
            body.Write((ReadOnlySpan<byte>)[context.Id, 0, (byte)context.Result, 0]);
            Item(body, ItemType.TransferSyntax, context.TransferSyntax);
            Item(w, ItemType.ContextResult, body.WrittenSpan);
        }

        var information = Information(accept.MaxPduLength, accept.ImplementationClassUid, accept.ImplementationVersion, accept.Roles);
        if (accept.AcknowledgesIdentity)
            Item(information, ItemType.UserIdentityReply, [0, 0]);
        Item(w, ItemType.UserInformation, information.WrittenSpan);
        return End(w, PduType.AssociateAccept);
    }

    public static byte[] Reject(AssociateReject reject) => Short(PduType.AssociateReject, reject.Result, reject.Source, reject.Reason);

    public static byte[] Abort(AbortReason reason) => Short(PduType.Abort, 0, reason.Source, reason.Reason);

    public static byte[] ReleaseRequest() => Short(PduType.ReleaseRequest, 0, 0, 0);

    public static byte[] ReleaseReply() => Short(PduType.ReleaseReply, 0, 0, 0);

    private static byte[] Short(PduType type, byte a, byte b, byte c) => [(byte)type, 0, 0, 0, 0, 4, 0, a, b, c];

    private static ArrayBufferWriter<byte> Begin(string called, string calling)
    {
        var w = new ArrayBufferWriter<byte>(1024);
        w.Write(new byte[6]);
        w.Write((ReadOnlySpan<byte>)[0, 1, 0, 0]);
        w.Write(Title(called));
        w.Write(Title(calling));
        w.Write(new byte[32]);
        return w;
    }

    private static byte[] End(ArrayBufferWriter<byte> w, PduType type)
    {
        var pdu = w.WrittenSpan.ToArray();
        pdu[0] = (byte)type;
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(2), (uint)(pdu.Length - 6));
        return pdu;
    }

    private static ArrayBufferWriter<byte> Information(uint maxPdu, string implementation, string version, IReadOnlyList<RoleSelection> roles)
    {
        var w = new ArrayBufferWriter<byte>(256);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, maxPdu);
        Item(w, ItemType.MaximumLength, length);
        Item(w, ItemType.ImplementationClass, implementation);
        foreach (var role in roles)
        {
            var body = new ArrayBufferWriter<byte>();
            Field(body, Encoding.Latin1.GetBytes(role.SopClassUid));
            body.Write((ReadOnlySpan<byte>)[role.Scu ? (byte)1 : (byte)0, role.Scp ? (byte)1 : (byte)0]);
            Item(w, ItemType.RoleSelection, body.WrittenSpan);
        }

        if (version.Length > 0)
            Item(w, ItemType.ImplementationVersion, version);
        return w;
    }

    private static void Item(ArrayBufferWriter<byte> w, byte type, string text) => Item(w, type, Encoding.Latin1.GetBytes(text));

    private static void Item(ArrayBufferWriter<byte> w, byte type, ReadOnlySpan<byte> value)
    {
        var head = w.GetSpan(4);
        (head[0], head[1]) = (type, 0);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], checked((ushort)value.Length));
        w.Advance(4);
        w.Write(value);
    }

    private static void Field(ArrayBufferWriter<byte> w, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(w.GetSpan(2), checked((ushort)value.Length));
        w.Advance(2);
        w.Write(value);
    }

    private static byte[] Title(string ae)
    {
        if (ae.Length > 16)
            throw new ArgumentException($"An AE title has at most 16 characters; '{ae}' has {ae.Length}.", nameof(ae));
        return Encoding.Latin1.GetBytes(ae.PadRight(16));
    }
}
