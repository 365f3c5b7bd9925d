using QureHost.Onnx;
using QureHost.Sdk.Inference;

namespace QureHost.Inference.Tests;

/// <summary>The real device, recorded, that a test can hold in the middle of a run.</summary>
internal sealed class RecordingDevice : IDevice
{
    private readonly InProcessDevice _device = new(Accelerator.Cpu);
    private readonly Lock _gate = new();
    private TaskCompletionSource _open = Opened();
    private int _running;
    private bool _gently;

    public string Name => _device.Name;

    public long MemoryBytes { get; set; } = 1L << 30;

    public int Running => Volatile.Read(ref _running);

    public List<string> Loads { get; } = [];

    public List<int> BatchSizes { get; } = [];

    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="gently">Runs take some milliseconds from here, so that their callers are seen in order.</param>
    public void Release(bool gently = false)
    {
        _gently = gently;
        _open.SetResult();
    }

    public async Task<DeviceModel> LoadAsync(ModelFolder folder, CancellationToken ct)
    {
        var model = await _device.LoadAsync(folder, ct);
        lock (_gate)
        {
            Loads.Add(folder.Card.Name);
        }

        return model;
    }

    public void Unload(string sha256) => _device.Unload(sha256);

    public async Task<IReadOnlyList<ITensor>> RunAsync(string sha256, IReadOnlyList<ITensor> inputs, CancellationToken ct)
    {
        lock (_gate)
        {
            BatchSizes.Add(inputs[0].Shape[0]);
        }

        Assert.Equal(1, Interlocked.Increment(ref _running));
        await _open.Task;
        if (_gently)
        {
            await Task.Delay(30, CancellationToken.None);
        }

        Interlocked.Decrement(ref _running);
        return await _device.RunAsync(sha256, inputs, ct);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
