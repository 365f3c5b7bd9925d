using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.Services;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network;

/// <summary>A presentation context in use.</summary>
/// <param name="Id">Odd, 1 to 255.</param>
/// <param name="AbstractSyntax">SOP class UID.</param>
/// <param name="TransferSyntax">The one that both sides agreed on.</param>
/// <param name="Service">Who answers requests on it; null where we only send requests.</param>
public sealed record PresentationContext(byte Id, string AbstractSyntax, string TransferSyntax, IServiceClass? Service = null);

/// <summary>Who is on the other side, and what was agreed.</summary>
public sealed record AssociationInfo
{
    /// <summary>Unique in this process: for logs and audit.</summary>
    public required string Id { get; init; }

    public required string CallingAe { get; init; }

    public required string CalledAe { get; init; }

    public required IPEndPoint Remote { get; init; }

    /// <summary>The site that the policy chose; empty where we are the requestor.</summary>
    public string Site { get; init; } = "";

    /// <summary>Character set to assume for this peer's data sets that name none.</summary>
    public string? DefaultCharset { get; init; }

    public string PeerImplementation { get; init; } = "";

    public required IReadOnlyList<PresentationContext> Contexts { get; init; }

    /// <summary>Longest P-DATA-TF variable field that the peer takes; 0 = any.</summary>
    public uint PeerMaxPdu { get; init; }
}

/// <summary>
/// An established association: DIMSE messages in and out. One reader and one writer at a time; whoever handles a message owns
/// both directions until done, so that a service can send sub-operations (C-GET) or listen for C-CANCEL on the way.
/// </summary>
public sealed class Association
{
    private const int MaxCommandBytes = 64 * 1024;
    private const int PduHeader = 6;
    private const int PdvHeader = 6;
    private const int LargestPduSent = 128 * 1024;

    private readonly Wire _wire;
    private readonly AssociationLimits _limits;
    private readonly PresentationContext?[] _contexts = new PresentationContext?[256];
    private readonly int _fragmentLimit;
    private DataSetStream? _open;
    private long _pduLeft;

    internal Association(Wire wire, AssociationInfo info, AssociationLimits limits)
    {
        (_wire, Info, _limits) = (wire, info, limits);
        foreach (var context in info.Contexts)
            _contexts[context.Id] = context;
        var peer = info.PeerMaxPdu == 0 ? LargestPduSent : (int)Math.Min(info.PeerMaxPdu, LargestPduSent);
        _fragmentLimit = (peer - PdvHeader) & ~1; // fragments have even lengths (PS3.8 Annex E)
        _wire.WriteLimit = limits.Write;
    }

    public AssociationInfo Info { get; }

    /// <summary>The context agreed for a SOP class, preferably with this transfer syntax; null where there is none.</summary>
    public PresentationContext? ContextFor(string abstractSyntax, string? transferSyntax = null)
    {
        PresentationContext? found = null;
        foreach (var context in Info.Contexts)
        {
            if (context.AbstractSyntax != abstractSyntax)
                continue;
            if (transferSyntax is null || context.TransferSyntax == transferSyntax)
                return context;
            found ??= context;
        }

        return transferSyntax is null ? found : null;
    }

    /// <summary>The next message, or null where the peer asked for release. What the last message's data set still held is skipped.</summary>
    public async ValueTask<DimseMessage?> ReceiveAsync()
    {
        if (_open is { } open)
            await open.SkipAsync().ConfigureAwait(false);
        _wire.ReadLimit = _limits.Idle;
        byte[]? command = null;
        try
        {
            var length = 0;
            PresentationContext? context = null;
            Pdv pdv;
            do
            {
                if (await NextPdvAsync().ConfigureAwait(false) is not { } next)
                {
                    return length == 0 ? null : throw Unexpected("a release request came inside a message");
                }

                pdv = next;
                _wire.ReadLimit = _limits.Read;
                if (!pdv.IsCommand || (context is not null && pdv.Context != context.Id))
                    throw Unexpected("a data set fragment came without its command");
                context ??= _contexts[pdv.Context] ?? throw new ProtocolException(AbortReason.InvalidParameter, $"Presentation context {pdv.Context} was not agreed.");
                if (length + pdv.Length > MaxCommandBytes)
                    throw new ProtocolException(AbortReason.InvalidParameter, "The command set is longer than any command can be.");
                command ??= ArrayPool<byte>.Shared.Rent(MaxCommandBytes);
                await ReadExactlyAsync(command.AsMemory(length, (int)pdv.Length)).ConfigureAwait(false);
                length += (int)pdv.Length;
            }
            while (!pdv.IsLast);

            var set = Parse(command.AsSpan(0, length).ToArray());
            _open = set.HasDataSet ? new DataSetStream(this, context!.Id, _limits.MaxDataSetBytes) : null;
            return new DimseMessage(context!, set, _open);
        }
        finally
        {
            if (command is not null)
                ArrayPool<byte>.Shared.Return(command);
        }
    }

    /// <summary>Sends a command without a data set.</summary>
    public ValueTask SendAsync(PresentationContext context, CommandSet command) => SendAsync(context, command, null);

    /// <summary>Sends a command and its data set, read to its end from <paramref name="dataSet"/> in the context's transfer syntax.</summary>
    public async ValueTask SendAsync(PresentationContext context, CommandSet command, Stream? dataSet)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PduHeader + PdvHeader + Math.Min(_fragmentLimit, dataSet is null ? command.Bytes.Length : _fragmentLimit));
        try
        {
            const int body = PduHeader + PdvHeader;
            for (var rest = command.Bytes; !rest.IsEmpty;)
            {
                var part = rest[..Math.Min(rest.Length, _fragmentLimit)];
                part.CopyTo(buffer.AsMemory(body));
                rest = rest[part.Length..];
                await WritePduAsync(buffer, context.Id, part.Length, (byte)(rest.IsEmpty ? Pdv.Command | Pdv.Last : Pdv.Command)).ConfigureAwait(false);
            }

            if (dataSet is null)
                return;
            var room = buffer.AsMemory(body, _fragmentLimit);
            int count;
            do
            {
                count = await dataSet.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false).ConfigureAwait(false);
                await WritePduAsync(buffer, context.Id, count, count < room.Length ? Pdv.Last : (byte)0).ConfigureAwait(false);
            }
            while (count == room.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Positions at the next fragment of the open data set.</summary>
    internal async ValueTask<Pdv> NextDataFragmentAsync(byte context)
    {
        if (await NextPdvAsync().ConfigureAwait(false) is not { } pdv || pdv.IsCommand || pdv.Context != context)
            throw Unexpected("a data set was cut off by something else");
        return pdv;
    }

    internal ValueTask<int> ReadFragmentAsync(Memory<byte> target) => _wire.ReadAsync(target);

    internal void DataSetEnded(DataSetStream stream)
    {
        if (_open == stream)
            _open = null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Pdv?> NextPdvAsync()
    {
        while (_pduLeft == 0)
        {
            if (!await _wire.EnsureAsync(PduHeader).ConfigureAwait(false))
                throw new ConnectionLostException("The peer closed the connection without releasing the association.");
            var type = (PduType)_wire.Buffered[0];
            var length = BinaryPrimitives.ReadUInt32BigEndian(_wire.Buffered[2..]);
            _wire.Skip(PduHeader);
            switch (type)
            {
                case PduType.Data:
                    _pduLeft = length; // longer than we offered is odd, but costs nothing: fragments are streamed
                    break;
                case PduType.ReleaseRequest:
                    if (length != 4)
                        throw new ProtocolException(AbortReason.InvalidParameter, "A release request has four reserved bytes.");
                    if (!await _wire.EnsureAsync(4).ConfigureAwait(false))
                        throw new ConnectionLostException("The peer closed the connection inside its release request.");
                    _wire.Skip(4);
                    return null;
                case PduType.Abort:
                    if (length != 4 || !await _wire.EnsureAsync(4).ConfigureAwait(false))
                        throw new AssociationAbortedException(AbortReason.NotSpecified);
                    throw new AssociationAbortedException(new AbortReason(_wire.Buffered[2], _wire.Buffered[3]));
                case PduType.AssociateRequest or PduType.AssociateAccept or PduType.AssociateReject or PduType.ReleaseReply:
                    throw Unexpected($"a PDU of type {(byte)type:X2} came inside the association");
                default:
                    throw new ProtocolException(AbortReason.UnrecognizedPdu, $"There is no PDU of type {(byte)type:X2}.");
            }
        }

        if (_pduLeft < PdvHeader)
            throw new ProtocolException(AbortReason.InvalidParameter, "A P-DATA-TF is too short for a presentation data value.");
        if (!await _wire.EnsureAsync(PdvHeader).ConfigureAwait(false))
            throw new ConnectionLostException("The peer closed the connection inside a message.");
        var header = _wire.Buffered;
        var size = BinaryPrimitives.ReadUInt32BigEndian(header);
        var pdv = new Pdv(header[4], header[5], size - 2L);
        _wire.Skip(PdvHeader);
        if (size < 2 || size > _pduLeft - 4)
            throw new ProtocolException(AbortReason.InvalidParameter, "A presentation data value is longer than its PDU.");
        _pduLeft -= size + 4L;
        return pdv;
    }

    private async ValueTask ReadExactlyAsync(Memory<byte> target)
    {
        while (!target.IsEmpty)
        {
            var count = await _wire.ReadAsync(target).ConfigureAwait(false);
            if (count == 0)
                throw new ConnectionLostException("The peer closed the connection inside a message.");
            target = target[count..];
        }
    }

    private ValueTask WritePduAsync(byte[] buffer, byte context, int length, byte control)
    {
        buffer[0] = (byte)PduType.Data;
        buffer[1] = 0;
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(2), PdvHeader + length);
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(PduHeader), length + 2);
        (buffer[PduHeader + 4], buffer[PduHeader + 5]) = (context, control);
        return _wire.WriteAsync(buffer.AsMemory(0, PduHeader + PdvHeader + length));
    }

    private static CommandSet Parse(byte[] bytes)
    {
        try
        {
            return CommandSet.Parse(bytes);
        }
        catch (FormatException e)
        {
            throw new ProtocolException(AbortReason.InvalidParameter, e.Message);
        }
    }

    private static ProtocolException Unexpected(string what) => new(AbortReason.UnexpectedPdu, $"Out of turn: {what}.");
}
