using System.Collections.Concurrent;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;

namespace QureHost.Plugins;

/// <summary>What a worker asks of models, and what it publishes.</summary>
internal sealed partial class RunSession
{
    private readonly ConcurrentDictionary<long, ITiledModel> _models = new();
    private long _lastModel;

    private async ValueTask<Reply> OpenModelAsync(OpenModel request, CancellationToken ct)
    {
        if (_models.Count >= 64)
        {
            throw new ContractException("A run opens at most 64 models.");
        }

        var model = (ITiledModel)await _run.ModelAsync(request.Name, ct);
        var handle = Interlocked.Increment(ref _lastModel);
        _models[handle] = model;
        return new Model(handle, model.Name, model.Version, model.Sha256, model.Inputs, model.Outputs, model.Parameters);
    }

    private ITiledModel ModelOf(long handle) =>
        _models.TryGetValue(handle, out var model) ? model : throw new ContractException($"This run opened no model {handle}.");

    private Tensors Rent(RentTensor request)
    {
        if (request is not { Handle: { } handle, Input: { } input })
        {
            return new Tensors([_leases.Rent(request.Element, request.Shape)]);
        }

        var model = ModelOf(handle);
        var port = model.Inputs.FirstOrDefault(p => p.Name == input) ?? throw new ContractException($"Model '{model.Name}' has no input '{input}'.");
        if (port.Shape.Count != request.Shape.Count || port.Shape.Zip(request.Shape).Any(e => e.First > 0 && e.First != e.Second))
        {
            throw new ContractException($"Model '{model.Name}': input '{input}' is [{string.Join(", ", port.Shape)}]; [{string.Join(", ", request.Shape)}] does not fit it.");
        }

        return new Tensors([_leases.Rent(port.Type, request.Shape)]);
    }

    private async ValueTask<Reply> RunModelAsync(RunModel request, CancellationToken ct)
    {
        var model = ModelOf(request.Handle);
        if (request.Inputs.Count > 256)
        {
            throw new ContractException("A model is run on at most 256 tensors.");
        }

        var inputs = new List<ITensor>(request.Inputs.Count);
        try
        {
            foreach (var id in request.Inputs)
            {
                inputs.Add(_leases.Snapshot(id));
            }

            var outputs = await model.RunAsync(inputs, Math.Max(0, request.Following), ct);
            return new Tensors([.. outputs.Select(_leases.Give)]);
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    private async ValueTask<Reply> PublishAsync(Publish request, CancellationToken ct)
    {
        var result = WireResults.Complete(request.Result);
        if (result is Mask mask)
        {
            // Copied before it is looked at: what is checked is what is kept, whatever the worker writes meanwhile.
            using var tensor = _leases.Tensor(request.Data ?? throw new ContractException($"The mask '{result.Id}' comes without its bytes."));
            var bytes = new byte[SharedTensor.BytesOf(tensor.Type, tensor.Shape)];
            tensor.CopyTo(bytes);
            result = mask with { Data = bytes };
        }

        await _run.PublishAsync(result, ct);
        return new Done();
    }
}
