using System.IO.Pipes;
using System.Net.Sockets;

namespace QureHost.Processes;

/// <summary>Where one child connects: a socket in a folder that the host's user alone may enter; a named pipe on Windows (not tested there).</summary>
internal sealed class ChildListener : IDisposable
{
    private const string PipePrefix = "pipe:";
    private readonly string? _folder;
    private readonly Socket? _socket;
    private readonly string? _pipe;

    public ChildListener()
    {
        if (OperatingSystem.IsWindows())
        {
            _pipe = $"qurehost-{Guid.NewGuid():N}";
            Address = PipePrefix + _pipe;
            return;
        }

        _folder = Directory.CreateTempSubdirectory("qurehost-").FullName; // made with mode 0700
        Address = Path.Combine(_folder, "s");
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Bind(new UnixDomainSocketEndPoint(Address));
        _socket.Listen(4);
    }

    /// <summary>What the child is told.</summary>
    public string Address { get; }

    public async Task<Stream> AcceptAsync(CancellationToken ct)
    {
        if (_socket is not null)
        {
            return new NetworkStream(await _socket.AcceptAsync(ct).ConfigureAwait(false), ownsSocket: true);
        }

        var server = new NamedPipeServerStream(_pipe!, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await server.WaitForConnectionAsync(ct).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The child's side.</summary>
    public static async Task<Stream> ConnectAsync(string address, CancellationToken ct)
    {
        if (address.StartsWith(PipePrefix, StringComparison.Ordinal))
        {
            var pipe = new NamedPipeClientStream(".", address[PipePrefix.Length..], PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
            await pipe.ConnectAsync(ct).ConfigureAwait(false);
            return pipe;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), ct).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
