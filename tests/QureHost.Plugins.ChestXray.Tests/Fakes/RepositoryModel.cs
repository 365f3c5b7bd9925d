using System.Collections.Concurrent;
using System.Text.Json;
using QureHost.Onnx;
using QureHost.Sdk.Inference;
using QureHost.Testing;

namespace QureHost.Plugins.ChestXray.Tests.Fakes;

/// <summary>A model of the repository on ONNX Runtime, loaded once for all tests.</summary>
internal sealed class RepositoryModel : IModel
{
    private static readonly ConcurrentDictionary<string, Lazy<RepositoryModel>> Opened = new();
    private readonly OnnxSession _session;
    private readonly ModelCard _card;

    private RepositoryModel(string name)
    {
        var folder = ModelFolder.Open(Path.Combine(SharedData.RepositoryRoot, "models", name));
        _card = folder.Card;
        _session = OnnxSession.Load(folder, Accelerator.Cpu);
    }

    public string Name => _card.Name;

    public string Version => _card.Version;

    public string Sha256 => _card.Sha256;

    public IReadOnlyList<TensorPort> Inputs => _session.Inputs;

    public IReadOnlyList<TensorPort> Outputs => _session.Outputs;

    public JsonElement Parameters => _card.Parameters!.Value;

    public static RepositoryModel Open(string name) => Opened.GetOrAdd(name, n => new Lazy<RepositoryModel>(() => new RepositoryModel(n))).Value;

    public ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct) =>
        ValueTask.FromResult<ITensor>(ArrayTensor.Rent(TensorType.Float32, [.. shape]));

    public ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct) =>
        ValueTask.FromResult(_session.Run(inputs, ct));

    public IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, CancellationToken ct) => throw new NotSupportedException("Films are not tiled.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
