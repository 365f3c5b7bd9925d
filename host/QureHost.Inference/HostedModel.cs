using System.Runtime.CompilerServices;
using System.Text.Json;
using QureHost.Onnx;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>A model as a run sees it: the card is its own, the session that of whoever has the same weights. It carries the run's lane and deadline; the product never names them.</summary>
internal sealed class HostedModel(InferenceService service, ModelEntry entry, ModelCard card, RunContext context, InferenceOptions options) : IModel, ITileByTile
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    public string Name => card.Name;

    public string Version => card.Version;

    public string Sha256 => entry.Sha256;

    public IReadOnlyList<TensorPort> Inputs => entry.Ports!.Inputs;

    public IReadOnlyList<TensorPort> Outputs => entry.Ports!.Outputs;

    public JsonElement Parameters => card.Parameters ?? Nothing;

    public ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct)
    {
        var port = TensorPorts.Find(Name, Inputs, input);
        TensorPorts.CheckShape(Name, port, shape);
        return ValueTask.FromResult<ITensor>(ArrayTensor.Rent(port.Type, shape, options.LargestTensorBytes));
    }

    public async ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct) =>
        await SubmitAsync(inputs, following: 0, ct);

    public async ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, int following, CancellationToken ct) =>
        await SubmitAsync(inputs, following, ct);

    public async IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, [EnumeratorCancellation] CancellationToken ct)
    {
        // Tiles are filled a little ahead of the device, here, in the product's own time: a slow or endless Fill holds up
        // its own run and no device.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = new List<Task<TileResult>>();
        try
        {
            for (var next = 0; next < tiles.Count || running.Count > 0;)
            {
                while (next < tiles.Count && running.Count < options.TilesAhead)
                {
                    running.Add(RunTileAsync(tiles, next++, end.Token));
                }

                var done = await Task.WhenAny(running);
                running.Remove(done);
                yield return await done;
            }
        }
        finally
        {
            await end.CancelAsync();
            foreach (var left in running)
            {
                _ = left.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }

    /// <summary>The session belongs to the host and stays warm.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<TileResult> RunTileAsync(ITileSource tiles, int index, CancellationToken ct)
    {
        var inputs = new ITensor[Inputs.Count];
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = await RentAsync(Inputs[i].Name, tiles.ShapeOf(Inputs[i].Name), ct);
            }

            tiles.Fill(index, inputs);
            return new TileResult(index, await SubmitAsync(inputs, tiles.Count - index - 1, ct));
        }
        finally
        {
            foreach (var input in inputs)
            {
                input?.Dispose();
            }
        }
    }

    private Task<IReadOnlyList<ITensor>> SubmitAsync(IReadOnlyList<ITensor> inputs, int following, CancellationToken ct)
    {
        TensorPorts.Check(Name, Inputs, inputs);
        var free = options.MaxBatch > 1 && entry.Batches
            && Inputs.All(p => p.Shape is [< 0, ..]) && Outputs.All(p => p.Shape is [< 0, ..])
            && inputs.All(t => t.Shape[0] == inputs[0].Shape[0]);
        var key = free ? string.Join(';', inputs.Select(t => string.Join(',', t.Shape.Skip(1)))) : null;
        var items = free ? inputs[0].Shape[0] : 1;
        return service.SubmitAsync(entry, context, inputs, key, items, following, ct);
    }
}
