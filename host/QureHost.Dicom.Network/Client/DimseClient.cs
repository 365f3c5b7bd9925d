using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.Services;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Client;

/// <summary>An association that we asked for: C-ECHO and C-STORE in the SCU role. One request at a time.</summary>
public sealed class DimseClient : IAsyncDisposable
{
    private const int LongestAnswer = 256 * 1024;

    private readonly Wire _wire;
    private readonly Watchdog _watchdog;
    private readonly TimeSpan _linger;
    private ushort _messageId;
    private bool _open = true;

    private DimseClient(Wire wire, Watchdog watchdog, AssociationInfo info, AssociationLimits limits)
    {
        (_wire, _watchdog, _linger) = (wire, watchdog, limits.Artim);
        Association = new Association(wire, info, limits);
    }

    public Association Association { get; }

    /// <summary>Connects and asks for an association.</summary>
    /// <exception cref="AssociationRejectedException">The peer refuses.</exception>
    /// <exception cref="ConnectionLostException">The peer cannot be reached, or goes away.</exception>
    public static async Task<DimseClient> ConnectAsync(DimsePeer peer, IReadOnlyList<ProposedContext> contexts, TimeProvider clock, CancellationToken ct)
    {
        var watchdog = new Watchdog(clock, peer.Limits.Precision, CancellationToken.None);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Wire? wire = null;
        try
        {
            using var cancel = ct.UnsafeRegister(static state => ((Watchdog)state!).Cancel(), watchdog);
            watchdog.Arm(peer.Limits.Artim);
            await socket.ConnectAsync(peer.Host, peer.Port, watchdog.Token).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (peer.Tls is { } tls)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(tls, watchdog.Token).ConfigureAwait(false);
            }

            wire = new Wire(socket, stream, watchdog);
            var request = new AssociateRequest
            {
                CalledAe = peer.CalledAe,
                CallingAe = peer.CallingAe,
                Contexts = contexts,
                MaxPduLength = 128 * 1024,
                ImplementationClassUid = DicomUid.Implementation,
                ImplementationVersion = DicomUid.ImplementationVersion,
            };
            await wire.WriteAsync(AssociateWriter.Request(request)).ConfigureAwait(false);
            watchdog.Arm(peer.Limits.Artim);
            var accept = await ReceiveAnswerAsync(wire).ConfigureAwait(false);
            watchdog.Disarm();
            if (accept.MaxPduLength is > 0 and < 16)
                throw new ProtocolException(AbortReason.InvalidParameter, "The peer's maximum PDU length leaves no room for data.");
            var info = new AssociationInfo
            {
                Id = Guid.NewGuid().ToString("n")[..12],
                CallingAe = peer.CallingAe,
                CalledAe = peer.CalledAe,
                Remote = (IPEndPoint)socket.RemoteEndPoint!,
                PeerImplementation = accept.ImplementationVersion,
                PeerMaxPdu = accept.MaxPduLength,
                Contexts = [.. Agreed(contexts, accept)],
            };
            return new DimseClient(wire, watchdog, info, peer.Limits);
        }
        catch (Exception e)
        {
            if (wire is not null)
                await wire.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            watchdog.Dispose();
            ct.ThrowIfCancellationRequested();
            if (e is SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException || (e is IOException && e is not AssociationException))
                throw new ConnectionLostException($"No association with {peer.CalledAe} at {peer.Host}:{peer.Port}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>C-ECHO (PS3.7 §9.1.5).</summary>
    /// <returns>The peer's status.</returns>
    public async Task<ushort> EchoAsync(CancellationToken ct)
    {
        using var cancel = CancelsWith(ct);
        var context = Association.ContextFor(VerificationService.SopClassUid) ?? throw new InvalidOperationException("The peer did not accept verification.");
        var command = CommandSet.Build()
            .Uid(CommandElement.AffectedSopClassUid, VerificationService.SopClassUid)
            .UInt16(CommandElement.CommandField, (ushort)CommandField.EchoRequest)
            .UInt16(CommandElement.MessageId, ++_messageId)
            .UInt16(CommandElement.DataSetType, CommandSet.NoDataSet)
            .ToCommandSet();
        await Association.SendAsync(context, command).ConfigureAwait(false);
        return (await ReceiveResponseAsync(CommandField.EchoResponse).ConfigureAwait(false)).Status;
    }

    /// <summary>C-STORE (PS3.7 §9.1.1) of a data set that is encoded in one of the agreed transfer syntaxes already.</summary>
    /// <returns>The peer's status.</returns>
    public async Task<StoreOutcome> StoreAsync(string sopClassUid, string sopInstanceUid, string transferSyntax, Stream dataSet, CancellationToken ct)
    {
        using var cancel = CancelsWith(ct);
        var context = Association.ContextFor(sopClassUid, transferSyntax)
            ?? throw new InvalidOperationException($"The peer did not accept SOP class {sopClassUid} in transfer syntax {transferSyntax}.");
        var command = CommandSet.Build()
            .Uid(CommandElement.AffectedSopClassUid, sopClassUid)
            .UInt16(CommandElement.CommandField, (ushort)CommandField.StoreRequest)
            .UInt16(CommandElement.MessageId, ++_messageId)
            .UInt16(CommandElement.Priority, 0)
            .UInt16(CommandElement.DataSetType, 0x0001)
            .Uid(CommandElement.AffectedSopInstanceUid, sopInstanceUid)
            .ToCommandSet();
        await Association.SendAsync(context, command, dataSet).ConfigureAwait(false);
        var response = await ReceiveResponseAsync(CommandField.StoreResponse).ConfigureAwait(false);
        return new StoreOutcome(response.Status, response.Text(CommandElement.ErrorComment));
    }

    /// <summary>C-STORE of a DICOM file (PS3.10), its data set as it is in the file.</summary>
    /// <exception cref="DicomFormatException">The stream holds no DICOM file, or one without identifiers.</exception>
    public async Task<StoreOutcome> StoreAsync(Stream part10, CancellationToken ct)
    {
        var file = await DicomFile.ReadAsync(part10, null, ct).ConfigureAwait(false);
        if (!DicomIdentity.TryRead(file.Dataset, out var identity, out var problem))
            throw new DicomFormatException(problem);
        part10.Position = file.DatasetOffset;
        return await StoreAsync(identity.SopClassUid, identity.SopInstanceUid, file.TransferSyntax.Uid, part10, ct).ConfigureAwait(false);
    }

    /// <summary>Ends the association in order (A-RELEASE).</summary>
    public async Task ReleaseAsync(CancellationToken ct)
    {
        using var cancel = CancelsWith(ct);
        _open = false;
        await _wire.WriteAsync(AssociateWriter.ReleaseRequest()).ConfigureAwait(false);
        _wire.ReadLimit = _linger;
        if (await _wire.EnsureAsync(10).ConfigureAwait(false) && _wire.Buffered[0] == (byte)PduType.ReleaseRequest)
            await _wire.WriteAsync(AssociateWriter.ReleaseReply()).ConfigureAwait(false); // both asked at once (PS3.8 §7.2.2)
    }

    public async ValueTask DisposeAsync()
    {
        if (_open)
        {
            _open = false;
            await _wire.CloseAsync(AssociateWriter.Abort(AbortReason.ServiceUser), TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }

        await _wire.DisposeAsync().ConfigureAwait(false);
        _watchdog.Dispose();
    }

    private async Task<CommandSet> ReceiveResponseAsync(CommandField expected)
    {
        var message = await Association.ReceiveAsync().ConfigureAwait(false) ?? throw new ConnectionLostException("The peer released the association before it answered.");
        if (message.Command.Field != expected || message.Command.UInt16(CommandElement.MessageIdBeingRespondedTo) != _messageId)
            throw new ProtocolException(AbortReason.UnexpectedPdu, "The peer answered something that was not asked.");
        return message.Command;
    }

    private CancellationTokenRegistration CancelsWith(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ct.UnsafeRegister(static state => ((Watchdog)state!).Cancel(), _watchdog);
    }

    private static IEnumerable<PresentationContext> Agreed(IReadOnlyList<ProposedContext> proposed, AssociateAccept accept) =>
        from answer in accept.Contexts
        where answer.Result == ContextResult.Accepted
        join context in proposed on answer.Id equals context.Id
        select new PresentationContext(context.Id, context.AbstractSyntax, answer.TransferSyntax);

    private static async Task<AssociateAccept> ReceiveAnswerAsync(Wire wire)
    {
        if (!await wire.EnsureAsync(6).ConfigureAwait(false))
            throw new ConnectionLostException("The peer closed the connection instead of answering the association request.");
        var type = (PduType)wire.Buffered[0];
        var length = BinaryPrimitives.ReadUInt32BigEndian(wire.Buffered[2..]);
        if (type is PduType.AssociateReject or PduType.Abort && length == 4 && await wire.EnsureAsync(10).ConfigureAwait(false))
        {
            var b = wire.Buffered[7..10].ToArray();
            throw type == PduType.AssociateReject
                ? new AssociationRejectedException(new AssociateReject(b[0], b[1], b[2]))
                : new AssociationAbortedException(new AbortReason(b[1], b[2]));
        }

        if (type != PduType.AssociateAccept || length > LongestAnswer)
            throw new ProtocolException(AbortReason.UnexpectedPdu, $"The association request was answered by a PDU of type {(byte)type:X2}.");
        wire.Skip(6);
        using var body = new MemoryStream();
        var chunk = new byte[8 * 1024];
        while (body.Length < length)
        {
            var count = await wire.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, length - body.Length))).ConfigureAwait(false);
            if (count == 0)
                throw new ConnectionLostException("The peer closed the connection inside its answer.");
            body.Write(chunk, 0, count);
        }

        return AssociateReader.ReadAccept(body.ToArray());
    }
}
