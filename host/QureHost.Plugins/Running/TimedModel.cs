using System.Runtime.CompilerServices;
using System.Text.Json;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins;

/// <summary>A model whose waiting and running is the host's time, not the product's.</summary>
internal sealed class TimedModel(IModel model, RunClock clock) : ITiledModel
{
    public string Name => model.Name;

    public string Version => model.Version;

    public string Sha256 => model.Sha256;

    public IReadOnlyList<TensorPort> Inputs => model.Inputs;

    public IReadOnlyList<TensorPort> Outputs => model.Outputs;

    public JsonElement Parameters => model.Parameters;

    public ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct) => model.RentAsync(input, shape, ct);

    public async ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct)
    {
        using (clock.Wait())
        {
            return await model.RunAsync(inputs, ct);
        }
    }

    public async ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, int following, CancellationToken ct)
    {
        using (clock.Wait())
        {
            return model is ITiledModel tiled ? await tiled.RunAsync(inputs, following, ct) : await model.RunAsync(inputs, ct);
        }
    }

    public async IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var results = model.RunTilesAsync(new TimedTiles(tiles, clock), ct).GetAsyncEnumerator(ct);
        while (true)
        {
            bool more;
            using (clock.Wait())
            {
                more = await results.MoveNextAsync();
            }

            if (!more)
            {
                yield break;
            }

            yield return results.Current;
        }
    }

    public ValueTask DisposeAsync() => model.DisposeAsync();

    /// <summary>Filling a tile is the product's own time again.</summary>
    private sealed class TimedTiles(ITileSource tiles, RunClock clock) : ITileSource
    {
        public int Count => tiles.Count;

        public IReadOnlyList<int> ShapeOf(string input) => tiles.ShapeOf(input);

        public void Fill(int index, IReadOnlyList<ITensor> inputs)
        {
            using (clock.Work())
            {
                tiles.Fill(index, inputs);
            }
        }
    }
}
