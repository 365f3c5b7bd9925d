using System.Net;
using QureHost.Archive;
using QureHost.Dicom.Network.Server;
using QureHost.Dicom.Network.Services;

namespace QureHost.Dimse;

/// <summary>The DIMSE port: C-ECHO and C-STORE.</summary>
internal sealed partial class DimseService(ArchiveStore archive, ServeOptions options, ILoggerFactory loggers) : IHostedService
{
    private readonly ILogger _log = loggers.CreateLogger<DimseService>();
    private DimseServer? _server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.DimsePort == 0)
        {
            return Task.CompletedTask;
        }

        _server = new DimseServer(
            new DimseServerOptions { EndPoint = new IPEndPoint(IPAddress.Parse(options.DimseAddress), options.DimsePort) },
            new SiteAssociations(archive, options),
            [new VerificationService(), new StorageService(new ArchiveSink(archive), loggers.CreateLogger<StorageService>())],
            TimeProvider.System,
            loggers.CreateLogger<DimseServer>());
        _server.Start();
        Listening(_log, options.AeTitle, options.DimseAddress, options.DimsePort);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [LoggerMessage(100, LogLevel.Information, "DIMSE {AeTitle} listens on {Address}:{Port}")]
    private static partial void Listening(ILogger log, string aeTitle, string address, int port);
}
