using System.Collections.Concurrent;
using System.Security.Cryptography;
using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk;

namespace QureHost.Inference.Device;

/// <summary>
/// Answers the host: runs one after the other on a thread of its own, loads beside it, pings at once. Knows models by
/// their hash and opens no file but the blocks that it is told.
/// </summary>
internal sealed class DeviceServer : IDisposable
{
    private readonly FrameChannel _channel;
    private readonly Accelerator _accelerator;
    private readonly ConcurrentDictionary<string, OnnxSession> _sessions = new(StringComparer.Ordinal);
    private readonly BlockingCollection<Action> _work = [];
    private readonly RunDesk _desk = new();
    private readonly SemaphoreSlim _loading = new(1, 1);

    public DeviceServer(FrameChannel channel, Accelerator accelerator)
    {
        (_channel, _accelerator) = (channel, accelerator);
        new Thread(Work) { IsBackground = true, Name = "runs" }.Start();
    }

    /// <summary>Until the host closes the connection.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ServeAsync()
    {
        var (device, fallback) = OnnxSession.Probe(_accelerator);
        await SendAsync(new DeviceReply.Hello(device, fallback));
        while (await _channel.ReceiveAsync(CancellationToken.None) is { } frame)
        {
            switch (DeviceJson.ReadRequest(frame))
            {
                case DeviceRequest.Run run:
                    _desk.Announce(run.Id);
                    _work.Add(() => Answer(run.Id, () => _desk.Run(run, _sessions.GetValueOrDefault(run.Sha256))));
                    break;
                case DeviceRequest.Collect collect:
                    _work.Add(() => Answer(collect.Id, () => _desk.Collect(collect)));
                    break;
                case DeviceRequest.Cancel cancel:
                    _desk.Cancel(cancel.Id);
                    break;
                case DeviceRequest.Load load:
                    _ = Task.Run(() => LoadAsync(load));
                    break;
                case DeviceRequest.Unload unload:
                    _work.Add(() => Drop(unload.Sha256)); // where no run can use it
                    break;
                case DeviceRequest.Ping ping:
                    await SendAsync(new DeviceReply.Pong(ping.Id));
                    break;
            }
        }

        return DeviceExit.HostGone;
    }

    public void Dispose()
    {
        _work.Dispose();
        _desk.Dispose();
        _loading.Dispose();
    }

    private async Task LoadAsync(DeviceRequest.Load load)
    {
        await _loading.WaitAsync();
        try
        {
            Answer(load.Id, () => Load(load));
        }
        finally
        {
            _loading.Release();
        }
    }

    private DeviceReply.Loaded Load(DeviceRequest.Load load)
    {
        var session = OnnxSession.Load(Weights(load), load.Label, _accelerator);
        session.WarmUp(); // before anybody can see it: a session must not be disposed while it runs

        // The weights as read are garbage now, of a size that a collector keeps for long if it is not told.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _work.Add(() =>
        {
            Drop(load.Sha256);
            _sessions[load.Sha256] = session;
        });
        return new DeviceReply.Loaded(load.Id, session.Inputs, session.Outputs);
    }

    private static byte[] Weights(DeviceRequest.Load load)
    {
        using var block = SharedBlock.Open(load.Weights.Path, load.Weights.Length, writable: false);
        var weights = block.Memory.ToArray();
        return Convert.ToHexStringLower(SHA256.HashData(weights)) == load.Sha256
            ? weights
            : throw new ModelUnavailableException($"Model '{load.Label}': the weights are not those that were asked for.");
    }

    private void Drop(string sha256)
    {
        if (_sessions.TryRemove(sha256, out var session))
        {
            session.Dispose();
        }
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }

    /// <summary>Does it and answers; what fails is an answer too.</summary>
    private void Answer(long id, Func<DeviceReply> work)
    {
        DeviceReply reply;
        try
        {
            reply = work();
        }
        catch (OperationCanceledException)
        {
            reply = new DeviceReply.Failed(id, DeviceFailure.Cancelled, "cancelled");
        }
        catch (ModelUnavailableException e) when (IsLost(e))
        {
            // Every later call of this process would fail (CUDA's errors stick): the host starts another.
            Console.Error.WriteLine(e.Message);
            Environment.Exit(DeviceExit.AcceleratorLost);
            return;
        }
        catch (Exception e) when (e is ModelUnavailableException or ContractException or SharedMemoryException or OutOfMemoryException)
        {
            reply = new DeviceReply.Failed(id, DeviceFailure.Model, e is OutOfMemoryException ? "The model needs more memory than its device's process may take." : e.Message);
        }

        SendAsync(reply).AsTask().GetAwaiter().GetResult();
    }

    private bool IsLost(ModelUnavailableException e) =>
        _accelerator != Accelerator.Cpu && e.InnerException is { } inner
        && (inner.Message.Contains("CUDA failure", StringComparison.Ordinal) || inner.Message.Contains("CUDA error", StringComparison.Ordinal))
        && !inner.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    private ValueTask SendAsync(DeviceReply reply) => _channel.SendAsync(DeviceJson.Write(reply), CancellationToken.None);
}
