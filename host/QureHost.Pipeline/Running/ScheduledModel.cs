using System.Text.Json;
using QureHost.Inference;
using QureHost.Plugins;
using QureHost.Sdk.Inference;

namespace QureHost.Pipeline;

/// <summary>A model of the inference room as a run's host hands it on: tiles that a worker sends one by one keep their place in the schedule.</summary>
internal sealed class ScheduledModel(IModel model) : ITiledModel
{
    public string Name => model.Name;

    public string Version => model.Version;

    public string Sha256 => model.Sha256;

    public IReadOnlyList<TensorPort> Inputs => model.Inputs;

    public IReadOnlyList<TensorPort> Outputs => model.Outputs;

    public JsonElement Parameters => model.Parameters;

    public ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct) => model.RentAsync(input, shape, ct);

    public ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct) => model.RunAsync(inputs, ct);

    public ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, int following, CancellationToken ct) =>
        model is ITileByTile tiled ? tiled.RunAsync(inputs, following, ct) : model.RunAsync(inputs, ct);

    public IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, CancellationToken ct) => model.RunTilesAsync(tiles, ct);

    public ValueTask DisposeAsync() => model.DisposeAsync();
}
