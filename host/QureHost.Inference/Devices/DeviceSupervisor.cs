using Microsoft.Extensions.Logging;
using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk;

namespace QureHost.Inference;

/// <summary>Keeps one device process alive: starts it, notices its end, tells the loss, starts it again with growing waits.</summary>
internal sealed partial class DeviceSupervisor : IAsyncDisposable
{
    private const int PatientStarts = 3;
    private readonly DeviceProcessOptions _options;
    private readonly long _memoryBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Backoff _backoff;
    private readonly DeviceChoice _choice;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<DeviceConnection> _ready = NewReady();
    private volatile DeviceConnection? _current;
    private Task? _supervising;

    public DeviceSupervisor(DeviceProcessOptions options, long memoryBytes, TimeProvider time, ILogger logger)
    {
        (_options, _memoryBytes, _time, _logger) = (options, memoryBytes, time, logger);
        _backoff = new Backoff(time);
        _choice = new DeviceChoice(options.Accelerator, time);
    }

    public event Action? Lost;

    public event Action? Returned;

    /// <summary>The living process, or null between two.</summary>
    public DeviceConnection? Current => _current;

    public int Losses { get; private set; }

    /// <summary>The process, started where it is not yet, awaited where it is being started again.</summary>
    /// <exception cref="ModelUnavailableException">It cannot be started.</exception>
    public Task<DeviceConnection> ReadyAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            _supervising ??= Task.Run(SuperviseAsync, CancellationToken.None);
            return _ready.Task.WaitAsync(ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? supervising;
        lock (_gate)
        {
            _stop.Cancel();
            supervising = _supervising;
        }

        if (supervising is not null)
        {
            await supervising;
        }
    }

    private static TaskCompletionSource<DeviceConnection> NewReady()
    {
        var ready = new TaskCompletionSource<DeviceConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ready.Task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return ready;
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await using var connection = await StartAsync(_stop.Token);
                _current = connection;
                if (Losses > 0)
                {
                    Returned?.Invoke();
                }

                _ready.TrySetResult(connection);
                using (_stop.Token.UnsafeRegister(static c => ((DeviceConnection)c!).End("the host ends"), connection))
                {
                    var (exit, reason) = await connection.Ended;
                    Renew();
                    Losses++;
                    _choice.Ended(connection.Hello.Device, exit.Code);

                    // First the loss, then the calls that it ended: who hears of a failed call knows already that nothing is loaded.
                    if (!_stop.IsCancellationRequested)
                    {
                        LogLost(_logger, connection.Hello.Device, reason);
                        Lost?.Invoke();
                    }

                    connection.FailPending($"The device's process ended: {reason}.");
                }
            }
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetCanceled();
        }
    }

    private async Task<DeviceConnection> StartAsync(CancellationToken ct)
    {
        for (var failed = 1; ; failed++)
        {
            await Task.Delay(_backoff.Next(), _time, ct);
            try
            {
                var connection = await DeviceConnection.StartAsync(_options, _choice.Next(), _memoryBytes, _time, _logger, ct);
                LogReady(_logger, connection.Hello.Device, connection.ProcessId, connection.Hello.Fallback ?? "as asked");
                return connection;
            }
            catch (Exception e) when (e is ChildStartException or IOException or UnauthorizedAccessException)
            {
                LogNotStarted(_logger, e.Message);
                if (failed >= PatientStarts)
                {
                    // Who waits is told; it is tried on all the same.
                    _ready.TrySetException(new ModelUnavailableException($"Models cannot run: {e.Message}", e));
                    Renew();
                }
            }
        }
    }

    private void Renew()
    {
        lock (_gate)
        {
            _current = null;
            _ready = NewReady();
        }
    }

    [LoggerMessage(EventId = 6101, Level = LogLevel.Information, Message = "Device {Device} is ready in process {Process} ({How})")]
    private static partial void LogReady(ILogger logger, string device, int process, string how);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Warning, Message = "Device {Device} was lost: {Reason}")]
    private static partial void LogLost(ILogger logger, string device, string reason);

    [LoggerMessage(EventId = 6103, Level = LogLevel.Error, Message = "The device could not be started: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
