using System.Runtime.CompilerServices;
using System.Text.Json;
using QureHost.Plugins.Protocol;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.Worker;

/// <summary>A model behind the link. Its weights are never in this process.</summary>
internal sealed class RemoteModel(RunLink link, Model facts) : IModel
{
    /// <summary>Tiles that wait for the device while the next is filled.</summary>
    private const int TilesAhead = 2;

    public string Name => facts.Name;

    public string Version => facts.Version;

    public string Sha256 => facts.Sha256;

    public IReadOnlyList<TensorPort> Inputs => facts.Inputs;

    public IReadOnlyList<TensorPort> Outputs => facts.Outputs;

    public JsonElement Parameters => facts.Parameters;

    public async ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct)
    {
        var answer = await link.AskAsync<Tensors>(new RentTensor(default, shape, facts.Handle, input), ct);
        return new LeasedTensor(link, answer.Items[0]);
    }

    public async ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct) => await RunAsync(inputs, 0, ct);

    public async IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, [EnumeratorCancellation] CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = new List<Task<TileResult>>();
        try
        {
            for (var next = 0; next < tiles.Count || running.Count > 0;)
            {
                while (next < tiles.Count && running.Count < TilesAhead)
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
            return new TileResult(index, await RunAsync(inputs, tiles.Count - index - 1, ct));
        }
        finally
        {
            foreach (var input in inputs)
            {
                input?.Dispose();
            }
        }
    }

    private async Task<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, int following, CancellationToken ct)
    {
        var leases = inputs.Select(t => t is LeasedTensor leased ? leased.Lease : throw new ContractException("A model runs on tensors that were leased from it or from the run.")).ToArray();
        var answer = await link.AskAsync<Tensors>(new RunModel(facts.Handle, leases, following), ct);
        return [.. answer.Items.Select(item => new LeasedTensor(link, item))];
    }
}
