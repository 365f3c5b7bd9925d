using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QureHost.Onnx;
using QureHost.Processes;

namespace QureHost.Inference;

/// <summary>One living device process: requests to it, replies from it, its heartbeat. It ends once and is not used again.</summary>
internal sealed class DeviceConnection : IAsyncDisposable
{
    private readonly ChildProcess _child;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<DeviceReply>> _pending = new();
    private readonly ITimer _heartbeat;
    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _reason;
    private long _lastReply;
    private long _lastId;

    private DeviceConnection(ChildProcess child, DeviceReply.Hello hello, DeviceProcessOptions options, TimeProvider time)
    {
        (_child, Hello, _time, _silence) = (child, hello, time, options.Silence);
        _lastReply = time.GetTimestamp();
        Ended = ReceiveAsync();
        _heartbeat = time.CreateTimer(_ => Beat(), null, _silence / 6, _silence / 6);
    }

    public DeviceReply.Hello Hello { get; }

    public int ProcessId => _child.Id;

    public long ResidentBytes => _child.ResidentBytes;

    /// <summary>Done when the process has ended: how, and in words. Calls that still wait then fail by <see cref="FailPending"/>.</summary>
    public Task<(ChildExit Exit, string Reason)> Ended { get; }

    /// <exception cref="ChildStartException">It could not be started.</exception>
    public static async Task<DeviceConnection> StartAsync(DeviceProcessOptions options, Accelerator accelerator, long memoryBytes, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        var limit = memoryBytes + options.OwnBytes;
        Ownership.MakePrivateFolder(options.WorkingDirectory, options.Confinement);
        var child = await ChildProcess.StartAsync(
            ChildOptions.ForAssembly("The device's process", options.Program, options.WorkingDirectory, accelerator.ToString()) with
            {
                MemoryBytes = limit,

                // CUDA maps far more private memory than it uses; there the watched size alone limits.
                Confinement = options.Confinement with { DataBytes = accelerator == Accelerator.Cpu ? limit + options.OwnBytes : null },
                Environment = new Dictionary<string, string>
                {
                    ["DOTNET_gcServer"] = "0",
                    ["DOTNET_EnableDiagnostics"] = "0",
                    ["DOTNET_TieredPGO"] = "0",
                },
            },
            time,
            logger,
            ct);
        try
        {
            var first = await child.Channel.ReceiveAsync(ct).AsTask().WaitAsync(TimeSpan.FromSeconds(60), time, ct);
            return first is not null && DeviceJson.ReadReply(first) is DeviceReply.Hello hello
                ? new DeviceConnection(child, hello, options, time)
                : throw new ChildStartException("The device's process did not say what it is.");
        }
        catch (Exception e)
        {
            await child.DisposeAsync();
            throw e is OperationCanceledException or ChildStartException ? e : new ChildStartException($"The device's process did not say what it is: {e.Message}", e);
        }
    }

    /// <summary>It broke the protocol: something in it is not what it was.</summary>
    public bool Misbehaved { get; private set; }

    /// <summary>The model that it runs, or ran when it ended.</summary>
    public string? Runs { get; set; }

    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Sends a request and waits for its reply.</summary>
    /// <exception cref="DeviceLostException">The process ended first.</exception>
    public async Task<DeviceReply> AskAsync(long id, DeviceRequest request)
    {
        var reply = new TaskCompletionSource<DeviceReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = reply;
        if (Ended.IsCompleted || !await TrySendAsync(request))
        {
            // Those that wait are failed once the loss has been told; one that came too late waits for that too.
            await _told.Task;
            _pending.TryRemove(id, out _);
            throw new DeviceLostException("The device's process has ended.", started: false);
        }

        return await reply.Task;
    }

    /// <summary>Sends what has no reply.</summary>
    public void Post(DeviceRequest request) => _ = TrySendAsync(request);

    /// <summary>Ends the process.</summary>
    public void End(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        _child.Kill();
    }

    /// <summary>Ends the process because it broke the protocol.</summary>
    public void EndMisbehaved(string reason)
    {
        Misbehaved = true;
        End(reason);
    }

    /// <summary>Called once the loss has been told.</summary>
    public void FailPending(string reason)
    {
        foreach (var id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out var reply))
            {
                reply.TrySetException(new DeviceLostException(reason, started: true));
            }
        }

        _told.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _heartbeat.DisposeAsync();
        await _child.DisposeAsync();
    }

    private async Task<bool> TrySendAsync(DeviceRequest request)
    {
        try
        {
            await _child.Channel.SendAsync(DeviceJson.Write(request), CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task<(ChildExit Exit, string Reason)> ReceiveAsync()
    {
        await Task.Yield();
        try
        {
            while (await _child.Channel.ReceiveAsync(CancellationToken.None) is { } frame)
            {
                Take(DeviceJson.ReadReply(frame));
            }
        }
        catch (Exception e) when (e is IOException or JsonException or NotSupportedException or ObjectDisposedException)
        {
            if (e is FrameException or JsonException or NotSupportedException)
            {
                EndMisbehaved("it answered what is no message");
            }
        }

        // A process that closed its connection is of no more use; most often it has ended already.
        if (await Task.WhenAny(_child.Exited, Task.Delay(TimeSpan.FromSeconds(5), _time)) != _child.Exited)
        {
            EndMisbehaved("it closed its connection");
        }

        var exit = await _child.Exited;
        return (exit, Volatile.Read(ref _reason) ?? exit.Reason);
    }

    private void Take(DeviceReply reply)
    {
        Volatile.Write(ref _lastReply, _time.GetTimestamp());
        var id = reply switch
        {
            DeviceReply.Loaded r => r.Id,
            DeviceReply.Ran r => r.Id,
            DeviceReply.Failed r => r.Id,
            _ => 0,
        };
        if (id != 0 && _pending.TryRemove(id, out var waiting))
        {
            waiting.TrySetResult(reply);
        }
    }

    private void Beat()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lastReply)) > _silence)
        {
            EndMisbehaved($"it did not answer for {_silence.TotalSeconds:0.#} s");
        }
        else
        {
            Post(new DeviceRequest.Ping(0));
        }
    }
}
