using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using QureHost.Dicom.Network.Services;

namespace QureHost.Dicom.Network.Server;

/// <summary>Listens for associations and serves each on its own; one that is slow, silent or hostile holds up no other.</summary>
public sealed partial class DimseServer : IAsyncDisposable
{
    private readonly DimseServerOptions _options;
    private readonly IAssociationPolicy _policy;
    private readonly IReadOnlyList<IServiceClass> _services;
    private readonly TimeProvider _clock;
    private readonly ILogger<DimseServer> _logger;
    private readonly AssociationTable _table;
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    public DimseServer(DimseServerOptions options, IAssociationPolicy policy, IReadOnlyList<IServiceClass> services, TimeProvider clock, ILogger<DimseServer> logger)
    {
        (_options, _policy, _services, _clock, _logger) = (options, policy, services, clock, logger);
        _table = new AssociationTable(options);
    }

    /// <summary>Where it listens, once started: with the port that the system chose where 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)(_listener?.LocalEndPoint ?? throw new InvalidOperationException("The server has not been started."));

    /// <summary>Associations now.</summary>
    public int Associations => _table.Associated;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The port is in use.</exception>
    public void Start()
    {
        var listener = new Socket(_options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_options.EndPoint.Address.Equals(IPAddress.IPv6Any))
                listener.DualMode = true;
            listener.Bind(_options.EndPoint);
            listener.Listen(512);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        LogListening(EndPoint);
        _accepting = AcceptAsync(listener);
    }

    /// <summary>Takes no more connections, lets messages in progress end for a while, then aborts what is left.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        var all = Task.WhenAll(_running.Keys);
        if (await Task.WhenAny(all, Task.Delay(_options.StopGrace, _clock)).ConfigureAwait(false) != all)
            await _stopped.CancelAsync().ConfigureAwait(false);
        await all.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _stopped.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // A connection that was reset before it was taken, or no file descriptors left: neither ends the server.
                LogAcceptFailed(e.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            var serving = Task.Run(() => ServeAsync(socket));
            _running.TryAdd(serving, 0);
            _ = serving.ContinueWith(static (t, running) => ((ConcurrentDictionary<Task, byte>)running!).TryRemove(t, out _), _running, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        AssociationTable.Connection? connection = null;
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            connection = new AssociationTable.Connection(Unmap((IPEndPoint)socket.RemoteEndPoint!), socket.Dispose);
            _table.Add(connection)?.Close();
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_options.Tls is { } tls)
                stream = await AuthenticateAsync(stream, tls).ConfigureAwait(false);
            using var acceptor = new Acceptor(_options, _policy, _services, _table, connection, _clock, _logger, _stopping.Token, _stopped.Token);
            await acceptor.RunAsync(socket, stream, _options.Tls is not null).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            LogConnectionFailed(e.GetType().Name);
        }
        catch (Exception e)
        {
            LogBroken(e);
        }
        finally
        {
            if (connection is not null)
            {
                _table.Dissociate(connection);
                _table.Remove(connection);
            }

            socket.Dispose();
        }
    }

    private async Task<Stream> AuthenticateAsync(Stream plain, SslServerAuthenticationOptions tls)
    {
        using var limit = new CancellationTokenSource(_options.Limits.Artim, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(tls, either.Token).ConfigureAwait(false);
        return secure;
    }

    private static IPEndPoint Unmap(IPEndPoint remote) => remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;

    [LoggerMessage(3001, LogLevel.Information, "DIMSE: listening on {EndPoint}")]
    private partial void LogListening(IPEndPoint endPoint);

    [LoggerMessage(3002, LogLevel.Warning, "DIMSE: a connection could not be taken: {Error}")]
    private partial void LogAcceptFailed(SocketError error);

    [LoggerMessage(3003, LogLevel.Debug, "DIMSE: a connection ended before its association: {Kind}")]
    private partial void LogConnectionFailed(string kind);

    [LoggerMessage(3004, LogLevel.Error, "DIMSE: a connection ended by a defect of ours")]
    private partial void LogBroken(Exception cause);
}
