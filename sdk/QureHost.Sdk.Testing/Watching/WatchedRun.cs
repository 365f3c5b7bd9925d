using System.Runtime.CompilerServices;
using System.Text.Json;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk.Testing;

/// <summary>A run whose every call is watched.</summary>
internal sealed class WatchedRun(LocalRun run, PluginManifest manifest, RunWatch watch) : IRun
{
    public RunInfo Info => run.Info;

    public IStudy Study { get; } = new WatchedStudy(run.Study, manifest, watch);

    public T Settings<T>()
        where T : class, new() => run.Settings<T>();

    public async ValueTask<IModel> ModelAsync(string name, CancellationToken ct)
    {
        using (watch.Enter(nameof(ModelAsync)))
        {
            return new WatchedModel(await run.ModelAsync(name, ct).ConfigureAwait(false), watch);
        }
    }

    public async ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct)
    {
        using (watch.Enter(nameof(RentAsync)))
        {
            return new WatchedTensor(await run.RentAsync(type, shape, ct).ConfigureAwait(false), watch, "a tensor of the run");
        }
    }

    public async ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct)
    {
        using (watch.Enter(nameof(CheckpointAsync)))
        {
            await run.CheckpointAsync(done, stage, ct).ConfigureAwait(false);
        }
    }

    public async ValueTask PublishAsync(Result result, CancellationToken ct)
    {
        using (watch.Enter(nameof(PublishAsync)))
        {
            await run.PublishAsync(result, ct).ConfigureAwait(false);
        }
    }

    public async ValueTask WithdrawAsync(string id, string reason, CancellationToken ct)
    {
        using (watch.Enter(nameof(WithdrawAsync)))
        {
            await run.WithdrawAsync(id, reason, ct).ConfigureAwait(false);
        }
    }
}

/// <summary>A lease that is counted until it ends.</summary>
internal sealed class WatchedTensor : ITensor
{
    private readonly ITensor _tensor;
    private readonly RunWatch _watch;

    public WatchedTensor(ITensor tensor, RunWatch watch, string what)
    {
        (_tensor, _watch) = (tensor, watch);
        watch.Leased(this, $"{what} [{string.Join(", ", tensor.Shape)}]");
    }

    public TensorType Type => _tensor.Type;

    public IReadOnlyList<int> Shape => _tensor.Shape;

    public Memory<byte> Bytes => _tensor.Bytes;

    public Span<T> Span<T>()
        where T : unmanaged => _tensor.Span<T>();

    public void Dispose()
    {
        _watch.Returned(this);
        _tensor.Dispose();
    }
}

/// <summary>A model whose tensors are counted.</summary>
internal sealed class WatchedModel(IModel model, RunWatch watch) : IModel
{
    public string Name => model.Name;

    public string Version => model.Version;

    public string Sha256 => model.Sha256;

    public IReadOnlyList<TensorPort> Inputs => model.Inputs;

    public IReadOnlyList<TensorPort> Outputs => model.Outputs;

    public JsonElement Parameters => model.Parameters;

    public async ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct)
    {
        using (watch.Enter("IModel.RentAsync"))
        {
            return new WatchedTensor(await model.RentAsync(input, shape, ct).ConfigureAwait(false), watch, $"input '{input}' of model '{Name}'");
        }
    }

    public async ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct)
    {
        using (watch.Enter("IModel.RunAsync"))
        {
            return Watched(await model.RunAsync(inputs, ct).ConfigureAwait(false));
        }
    }

    public async IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var tile in watch.Each("IModel.RunTilesAsync", model.RunTilesAsync(tiles, ct), ct).ConfigureAwait(false))
        {
            yield return new TileResult(tile.Index, Watched(tile.Outputs));
        }
    }

    public ValueTask DisposeAsync() => model.DisposeAsync();

    private ITensor[] Watched(IReadOnlyList<ITensor> outputs) => [.. outputs.Select((o, i) => new WatchedTensor(o, watch, $"output '{Outputs[i].Name}' of model '{Name}'"))];
}
