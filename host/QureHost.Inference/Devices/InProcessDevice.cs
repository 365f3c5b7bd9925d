using System.Collections.Concurrent;
using QureHost.Onnx;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>
/// ONNX Runtime inside this process, on a thread of its own. A model from a third party that runs away holds this thread
/// until its current node ends: <see cref="DeviceProcess"/> is the cure for that, behind this same seam. For tests and
/// development.
/// </summary>
public sealed class InProcessDevice : IDevice
{
    private readonly ConcurrentDictionary<string, OnnxSession> _sessions = new(StringComparer.Ordinal);
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly Accelerator _accelerator;
    private readonly Lock _gate = new();
    private bool _closed;

    public InProcessDevice(Accelerator accelerator = Accelerator.Cpu, long memoryBytes = 0)
    {
        _accelerator = accelerator;
        MemoryBytes = memoryBytes > 0 ? memoryBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;
        _thread = new Thread(Loop) { IsBackground = true, Name = "device cpu" };
        _thread.Start();
    }

    public string Name => "cpu";

    public long MemoryBytes { get; }

    public Task<DeviceModel> LoadAsync(ModelFolder folder, CancellationToken ct) => Task.Run(
        () =>
        {
            // Warmed up before anybody else can see it: a session must not be disposed while it runs.
            var session = OnnxSession.Load(folder, _accelerator);
            session.WarmUp();
            Keep(folder.Card.Sha256, session);
            return new DeviceModel(session.Inputs, session.Outputs, ModelSize.Of(folder));
        },
        ct);

    public void Unload(string sha256)
    {
        lock (_gate)
        {
            if (!_closed && _sessions.TryRemove(sha256, out var session))
            {
                _work.Add(session.Dispose); // on the device's thread, where no run can use it
            }
        }
    }

    public Task<IReadOnlyList<ITensor>> RunAsync(string sha256, IReadOnlyList<ITensor> inputs, CancellationToken ct)
    {
        var done = new TaskCompletionSource<IReadOnlyList<ITensor>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => Run(sha256, inputs, done, ct), CancellationToken.None);
        return done.Task;
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _work.CompleteAdding();
        }

        if (_thread.Join(TimeSpan.FromSeconds(30)))
        {
            foreach (var session in _sessions.Values)
            {
                session.Dispose();
            }

            _work.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void Keep(string sha256, OnnxSession session)
    {
        lock (_gate)
        {
            if (_closed)
            {
                session.Dispose();
                throw new ModelUnavailableException("The device is closing.");
            }

            if (_sessions.TryGetValue(sha256, out var before))
            {
                _work.Add(before.Dispose);
            }

            _sessions[sha256] = session;
        }
    }

    private void Run(string sha256, IReadOnlyList<ITensor> inputs, TaskCompletionSource<IReadOnlyList<ITensor>> done, CancellationToken ct)
    {
        try
        {
            done.SetResult(_sessions.TryGetValue(sha256, out var session)
                ? session.Run(TensorBytes.Own(inputs), ct)
                : throw new ModelUnavailableException("The model is not loaded on this device."));
        }
        catch (OperationCanceledException)
        {
            done.SetCanceled(ct);
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private void Loop()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
