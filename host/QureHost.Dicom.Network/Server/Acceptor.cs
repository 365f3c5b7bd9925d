using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.Services;
using QureHost.Dicom.Network.UpperLayer;

namespace QureHost.Dicom.Network.Server;

/// <summary>The acceptor's side of one connection: request, negotiation, messages, end (PS3.8 §9.2).</summary>
internal sealed partial class Acceptor : IDisposable
{
    private const int LongestRequest = 256 * 1024;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LingerAtStop = TimeSpan.FromMilliseconds(500);

    private readonly DimseServerOptions _options;
    private readonly IAssociationPolicy _policy;
    private readonly IReadOnlyList<IServiceClass> _services;
    private readonly AssociationTable _table;
    private readonly AssociationTable.Connection _connection;
    private readonly ILogger _logger;
    private readonly CancellationToken _stop;
    private readonly CancellationToken _stopNow;
    private readonly Watchdog _watchdog;
    private readonly CancellationTokenRegistration _whenStopping;
    private readonly string _id = Guid.NewGuid().ToString("n")[..12];
    private bool _waits = true;

    public Acceptor(DimseServerOptions options, IAssociationPolicy policy, IReadOnlyList<IServiceClass> services, AssociationTable table, AssociationTable.Connection connection, TimeProvider clock, ILogger logger, CancellationToken stop, CancellationToken stopNow)
    {
        (_options, _policy, _services, _table, _connection, _logger, _stop, _stopNow) = (options, policy, services, table, connection, logger, stop, stopNow);
        _watchdog = new Watchdog(clock, options.Limits.Precision, stopNow);
        _whenStopping = stop.UnsafeRegister(static state => ((Acceptor)state!).EndWaiting(), this);
    }

    public async Task RunAsync(Socket socket, Stream stream, bool isEncrypted)
    {
        await using var wire = new Wire(socket, stream, _watchdog);
        Association? association = null;
        var released = false;
        byte[] last;
        try
        {
            var request = await ReceiveRequestAsync(wire).ConfigureAwait(false);
            (association, last) = await AnswerAsync(wire, request, isEncrypted).ConfigureAwait(false);
            if (association is not null)
            {
                await ServeAsync(association).ConfigureAwait(false);
                released = true;
                last = AssociateWriter.ReleaseReply();
            }
        }
        catch (ProtocolException e)
        {
            LogProtocol(_id, _connection.Remote.Address, e.Message);
            last = AssociateWriter.Abort(e.Abort);
        }
        catch (AssociationAbortedException e)
        {
            LogAborted(_id, e.Reason);
            last = [];
        }
        catch (Exception e) when (e is ConnectionLostException or OperationCanceledException)
        {
            LogLost(_id, e.Message);
            last = association is null ? [] : AssociateWriter.Abort(AbortReason.NotSpecified);
        }
        catch (Exception e)
        {
            LogDefect(e, _id);
            last = AssociateWriter.Abort(AbortReason.NotSpecified);
        }

        _table.Dissociate(_connection);
        if (association is not null)
            await EndAsync(association.Info, released).ConfigureAwait(false);
        var linger = _stop.IsCancellationRequested ? LingerAtStop : _options.Limits.Artim < Linger ? _options.Limits.Artim : Linger;
        await wire.CloseAsync(last, linger).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _whenStopping.Dispose();
        _watchdog.Dispose();
    }

    private async Task<AssociateRequest> ReceiveRequestAsync(Wire wire)
    {
        _watchdog.Arm(_options.Limits.Artim); // over the whole request: a byte now and then does not extend it
        if (!await wire.EnsureAsync(6).ConfigureAwait(false))
            throw new ConnectionLostException("The peer closed the connection before it asked for an association.");
        var type = wire.Buffered[0];
        var length = BinaryPrimitives.ReadUInt32BigEndian(wire.Buffered[2..]);
        if (type != (byte)PduType.AssociateRequest)
        {
            throw new ProtocolException(type is > 0 and <= 7 ? AbortReason.UnexpectedPdu : AbortReason.UnrecognizedPdu, $"The connection began with a PDU of type {type:X2}.");
        }

        if (length > LongestRequest)
            throw new ProtocolException(AbortReason.InvalidParameter, "The association request is longer than any request can be.");
        wire.Skip(6);

        // Grows with what has come, never with what was announced.
        var body = new byte[Math.Min((int)length, 8 * 1024)];
        for (var filled = 0; filled < length;)
        {
            if (filled == body.Length)
                Array.Resize(ref body, Math.Min((int)length, body.Length * 2));
            var count = await wire.ReadAsync(body.AsMemory(filled)).ConfigureAwait(false);
            if (count == 0)
                throw new ConnectionLostException("The peer closed the connection inside its association request.");
            filled += count;
        }

        _watchdog.Disarm();
        return AssociateReader.ReadRequest(body);
    }

    private async Task<(Association? Association, byte[] Reject)> AnswerAsync(Wire wire, AssociateRequest request, bool isEncrypted)
    {
        var reject = Negotiation.Check(request);
        AssociationDecision.Accept? accepted = null;
        if (reject is null)
        {
            var peer = new AssociationPeer(request.CallingAe, request.CalledAe, _connection.Remote, request.ImplementationClassUid, request.ImplementationVersion, request.Identity, isEncrypted);
            var decision = await _policy.DecideAsync(peer, _stop).ConfigureAwait(false);
            accepted = decision as AssociationDecision.Accept;
            reject = decision is AssociationDecision.Refuse refuse ? refuse.Reason
                : !_table.TryAssociate(_connection, request.CallingAe, accepted!.MaxAssociations) ? AssociateReject.LocalLimitExceeded
                : null;
        }

        if (reject is { } reason)
        {
            LogRejected(_id, _connection.Remote.Address, reason);
            return (null, AssociateWriter.Reject(reason));
        }

        if (request.MaxPduLength is > 0 and < 16)
            throw new ProtocolException(AbortReason.InvalidParameter, "The peer's maximum PDU length leaves no room for data.");
        var (accept, contexts) = Negotiation.Answer(request, _services, _options.MaxPduLength);
        var info = new AssociationInfo
        {
            Id = _id,
            CallingAe = request.CallingAe,
            CalledAe = request.CalledAe,
            Remote = _connection.Remote,
            Site = accepted!.Site,
            DefaultCharset = accepted.DefaultCharset,
            PeerImplementation = request.ImplementationVersion,
            Contexts = contexts,
            PeerMaxPdu = request.MaxPduLength,
        };
        await wire.WriteAsync(AssociateWriter.Accept(accept)).ConfigureAwait(false);
        LogAccepted(_id, _connection.Remote.Address, request.CallingAe, info.Site);
        return (new Association(wire, info, _options.Limits), []);
    }

    private async Task ServeAsync(Association association)
    {
        while (true)
        {
            _waits = true;
            if (_stop.IsCancellationRequested)
                _watchdog.Cancel();
            if (await association.ReceiveAsync().ConfigureAwait(false) is not { } message)
                return;
            _waits = false;
            if (message.Command.Field == CommandField.CancelRequest)
                continue; // what it cancels is done already
            if ((message.Command.Field & (CommandField)0x8000) != 0)
                throw new ProtocolException(AbortReason.UnexpectedPdu, "A response came to a request that nobody made.");
            await message.Context.Service!.HandleAsync(association, message, _stopNow).ConfigureAwait(false);
        }
    }

    /// <summary>A stop ends connections that wait for their peer at once; a message in progress is finished first.</summary>
    private void EndWaiting()
    {
        if (_waits)
            _watchdog.Cancel();
    }

    private async Task EndAsync(AssociationInfo info, bool released)
    {
        foreach (var service in info.Contexts.Select(c => c.Service!).Distinct())
        {
            try
            {
                await service.EndedAsync(info, released).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogEndFailed(e, _id);
            }
        }
    }

    [LoggerMessage(3010, LogLevel.Debug, "Association {Association} from {Address}: {CallingAe} accepted for site {Site}")]
    private partial void LogAccepted(string association, IPAddress address, string callingAe, string site);

    [LoggerMessage(3011, LogLevel.Warning, "Association {Association} from {Address} {Reason}")]
    private partial void LogRejected(string association, IPAddress address, AssociateReject reason);

    [LoggerMessage(3012, LogLevel.Warning, "Association {Association} from {Address} aborted: {Why}")]
    private partial void LogProtocol(string association, IPAddress address, string why);

    [LoggerMessage(3013, LogLevel.Information, "Association {Association}: the peer aborted ({Reason})")]
    private partial void LogAborted(string association, AbortReason reason);

    [LoggerMessage(3014, LogLevel.Information, "Association {Association} ended: {Why}")]
    private partial void LogLost(string association, string why);

    [LoggerMessage(3016, LogLevel.Error, "Association {Association}: ended by a defect of ours")]
    private partial void LogDefect(Exception cause, string association);

    [LoggerMessage(3015, LogLevel.Error, "Association {Association}: a service failed at its end")]
    private partial void LogEndFailed(Exception cause, string association);
}
