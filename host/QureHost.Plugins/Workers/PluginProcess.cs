using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk;

namespace QureHost.Plugins;

/// <summary>A plugin's process could not be had.</summary>
/// <param name="reason">Why, in a sentence for an operator.</param>
/// <param name="state">What the plugin is thereby; null where another start may do better.</param>
/// <param name="inner">What happened.</param>
internal sealed class WorkerStartException(string reason, PluginState? state, Exception? inner = null) : Exception(reason, inner)
{
    public PluginState? State { get; } = state;
}

/// <summary>A process that has loaded one version of one plugin, and the runs that are under way in it.</summary>
internal sealed partial class PluginProcess : IAsyncDisposable
{
    /// <summary>A message about a run so long ago is no late one.</summary>
    private const int RunsRemembered = 4096;

    private readonly ChildProcess _child;
    private readonly WorkerFolder _folder;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, RunSession> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _started = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _inOrder = new();
    private readonly TaskCompletionSource<string> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private string? _violation;
    private string? _blamed;
    private long _lastLeft;
    private int _disposed;

    private PluginProcess(ChildProcess child, WorkerFolder folder, TimeProvider time, ILogger logger) => (_child, _folder, _time, _logger) = (child, folder, time, logger);

    /// <summary>Its process id.</summary>
    public int Id => _child.Id;

    /// <summary>Private memory.</summary>
    public long ResidentBytes => _child.ResidentBytes;

    /// <summary>Done when it has ended, with the reason in words.</summary>
    public Task<string> Died => _died.Task;

    public bool IsAlive => !_died.Task.IsCompleted;

    /// <summary>The host has done with it.</summary>
    public bool IsDisposed => _disposed != 0;

    /// <summary>The run that took it down; null where several were in it and nobody can tell.</summary>
    public string? Culprit { get; private set; }

    /// <summary>Runs that were given to it and have not been taken from it.</summary>
    public int Runs { get; set; }

    /// <summary>Starts the process and has it load the plugin.</summary>
    /// <exception cref="WorkerStartException">It could not be started, or the plugin could not be loaded.</exception>
    public static async Task<PluginProcess> StartAsync(Plugin plugin, WorkerFolder folder, WorkerOptions options, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        ChildProcess? child = null;
        try
        {
            using var late = new CancellationTokenSource(options.LoadTimeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
            child = await ChildProcess.StartAsync(folder.ChildOptions($"Worker of {plugin.Id} {plugin.Version}", options), time, logger, both.Token);
            var hello = await ReceiveAsync(child, both.Token);
            if (hello is not Hello { Protocol: ProtocolVersion.Current })
            {
                var reason = hello is Hello other
                    ? $"Its worker speaks protocol {other.Protocol} (SDK {other.Sdk}); this host speaks protocol {ProtocolVersion.Current} (SDK {SdkVersion.Current}). Install a build of the worker that came with this host."
                    : "Its worker did not say hello.";
                await child.Channel.SendAsync(Wire.Write(new Refused(reason)), both.Token);
                throw new WorkerStartException(reason, PluginState.NotSupported);
            }

            await child.Channel.SendAsync(Wire.Write(new Load(folder.Code)), both.Token);
            switch (await ReceiveAsync(child, both.Token))
            {
                case Ready ready when ready.Product == plugin.Id && ready.Version == plugin.Version:
                    var process = new PluginProcess(child, folder, time, logger);
                    _ = process.ListenAsync();
                    return process;
                case Ready ready:
                    throw new WorkerStartException($"Its folder holds {ready.Product} {ready.Version} now, not {plugin.Id} {plugin.Version}.", PluginState.Malfunctioned);
                case Unable unable:
                    throw new WorkerStartException(unable.Reason, PluginState.Malfunctioned);
                default:
                    var exit = await child.Exited.WaitAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
                    throw new WorkerStartException($"Its process ended while it loaded: {exit.Reason}.", null);
            }
        }
        catch (Exception e)
        {
            if (child is not null)
            {
                await child.DisposeAsync();
            }

            folder.Dispose();
            throw e switch
            {
                WorkerStartException => e,
                OperationCanceledException when ct.IsCancellationRequested => e,
                OperationCanceledException => new WorkerStartException($"It was not loaded after {options.LoadTimeout.TotalSeconds:0} s.", null, e),
                ChildStartException => new WorkerStartException($"Its process cannot be started: {LocalRun.Shorten(e.Message)}", null, e),
                _ => new WorkerStartException($"Its process ended while it loaded: {e.Message}", null, e),
            };
        }
    }

    /// <summary>Begins a run; its messages go to <paramref name="session"/> until <see cref="Detach"/>.</summary>
    public async ValueTask StartAsync(RunSession session, RunInfo info, JsonElement settings)
    {
        if (_started.TryAdd(session.RunId, true))
        {
            _inOrder.Enqueue(session.RunId);
            if (_inOrder.Count > RunsRemembered && _inOrder.TryDequeue(out var oldest))
            {
                _started.TryRemove(oldest, out _);
            }
        }

        _runs[session.RunId] = session;
        await SendAsync(new Start(info, settings));
    }

    public void Detach(RunSession session)
    {
        _runs.TryRemove(new KeyValuePair<string, RunSession>(session.RunId, session));
        _lastLeft = _time.GetTimestamp();
    }

    /// <summary>Says which run is about to cost it its life.</summary>
    public void Blame(string runId) => Interlocked.CompareExchange(ref _blamed, runId, null);

    /// <summary>Sends a message; one to a process that has ended goes nowhere.</summary>
    public async ValueTask SendAsync(Message message)
    {
        try
        {
            await _child.Channel.SendAsync(Wire.Write(message), CancellationToken.None);
        }
        catch (Exception e) when (e is ObjectDisposedException || (e is IOException && e is not FrameException))
        {
            // What becomes of it is told by Died.
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill(string reason)
    {
        Interlocked.CompareExchange(ref _violation, reason, null);
        _child.Kill();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (IsAlive)
        {
            await SendAsync(new Quit());
            await Task.WhenAny(_child.Exited, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        }

        await _child.DisposeAsync();
        _died.TrySetResult("the host ended it");
        _folder.Dispose();
    }

    private static async ValueTask<Message?> ReceiveAsync(ChildProcess child, CancellationToken ct) =>
        await child.Channel.ReceiveAsync(ct) is { } frame ? Wire.Read(frame) : null;

    private async Task ListenAsync()
    {
        try
        {
            while (await ReceiveAsync(_child, CancellationToken.None) is { } message)
            {
                Take(message);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException || (e is IOException && e is not FrameException))
        {
            // It has ended, or this object has.
        }
        catch (Exception e)
        {
            Kill(e is ProtocolException or FrameException ? e.Message : $"the host could not take what it said ({e.GetType().Name})");
        }

        // A process that has closed its channel has nothing more to do.
        if (await Task.WhenAny(_child.Exited, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None)) != _child.Exited)
        {
            Kill("it closed its connection and stayed");
        }

        var exit = await _child.Exited;
        var reason = exit is { Killed: true, OverMemory: false } && _violation is { } violation ? violation : exit.Reason;
        if (!IsDisposed)
        {
            LogDied(_logger, _child.Id, reason);
        }

        // A run that has just left may have left a thread behind: then it is not certain that it was the one that is here.
        var certain = _lastLeft == 0 || _time.GetElapsedTime(_lastLeft) > TimeSpan.FromSeconds(1);
        Culprit = _blamed ?? (certain && _runs.Keys.ToArray() is [var only] ? only : null);
        _died.TrySetResult(reason);
    }

    private void Take(Message message)
    {
        switch (message)
        {
            case Request request when SessionOf(request.Run) is { } session:
                session.Receive(request);
                break;
            case Request request:
                _ = SendAsync(new Failed(new Fault(FaultKind.Cancelled, "This run has ended.")) { To = request.Id });
                break;
            case Forget forget:
                SessionOf(forget.Run)?.Forget(forget.Id);
                break;
            case Release release:
                SessionOf(release.Run)?.Release(release.Leases);
                break;
            case Ended ended:
                _ = SessionOf(ended.Run)?.EndAsync(ended.Fault);
                break;
            default:
                throw new ProtocolException($"A {message.GetType().Name.ToLowerInvariant()} is nothing that a worker says while it runs.");
        }
    }

    /// <summary>Null for a run that is over: what a worker still says of it is late and no fault.</summary>
    /// <exception cref="ProtocolException">No such run was ever given to this worker.</exception>
    private RunSession? SessionOf(string? run) =>
        _runs.TryGetValue(run ?? "", out var session) ? session
        : _started.ContainsKey(run ?? "") ? null
        : throw new ProtocolException("it spoke for a run that was not given to it");

    [LoggerMessage(EventId = 5201, Level = LogLevel.Warning, Message = "Plugin process {Id} is gone: {Reason}")]
    private static partial void LogDied(ILogger logger, int id, string reason);
}
