using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference.Device;

/// <summary>Runs a session on tensors in the host's blocks. Runs come one after the other; a cancel may come from another thread.</summary>
internal sealed class RunDesk : IDisposable
{
    private readonly BlockMaps _inputs = new(writable: false);
    private readonly BlockMaps _outputs = new(writable: true);
    private readonly Lock _gate = new();
    private readonly Dictionary<long, CancellationTokenSource> _announced = [];
    private OutputSpace? _held;

    /// <summary>A run that was asked for, from when a cancel can mean it.</summary>
    public void Announce(long id)
    {
        lock (_gate)
        {
            _announced[id] = new CancellationTokenSource();
        }
    }

    public void Cancel(long id)
    {
        lock (_gate)
        {
            if (_announced.TryGetValue(id, out var cancel))
            {
                cancel.Cancel();
            }
        }
    }

    public DeviceReply Run(DeviceRequest.Run run, OnnxSession? session)
    {
        CancellationTokenSource cancel;
        lock (_gate)
        {
            cancel = _announced[run.Id];
        }

        try
        {
            _held?.Release();
            _held = null;
            if (session is null)
            {
                return new DeviceReply.Failed(run.Id, DeviceFailure.NotLoaded, "The model is not loaded on this device.");
            }

            var block = _inputs.Get(run.Inputs);
            var inputs = run.Tensors.Select(t => (ITensor)new SharedTensor(block.AddLease(), t.Type, t.Shape, t.Offset)).ToArray();
            var space = new OutputSpace(run.Outputs is { } name ? _outputs.Get(name) : null);
            try
            {
                session.Run(inputs, space.Rent, cancel.Token);
                _held = space.Fits ? null : space;
                return new DeviceReply.Ran(run.Id, space.Places, space.Bytes, space.Fits);
            }
            finally
            {
                Array.ForEach(inputs, i => i.Dispose());
                if (_held is null)
                {
                    space.Release();
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _announced.Remove(run.Id);
                cancel.Dispose();
            }
        }
    }

    public DeviceReply Collect(DeviceRequest.Collect collect)
    {
        var held = _held ?? throw new ModelUnavailableException("There are no outputs to collect.");
        _held = null;
        held.WriteTo(_outputs.Get(collect.Outputs));
        held.Release();
        return new DeviceReply.Ran(collect.Id, held.Places, held.Bytes, Written: true);
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _outputs.Dispose();
    }
}
