using System.Runtime.CompilerServices;
using System.Text.Json;
using QureHost.Onnx;
using QureHost.Sdk.Inference;

namespace QureHost.Sdk.Testing;

/// <summary>Sessions by name, loaded once.</summary>
internal sealed class LocalModels(IEnumerable<string> roots, Accelerator accelerator) : IDisposable
{
    private readonly string[] _roots = [.. roots];
    private readonly Dictionary<string, LocalModel> _open = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public LocalModel Open(string name)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(name, out var model))
            {
                var folder = Array.Find(Array.ConvertAll(_roots, root => Path.Combine(root, name)), Directory.Exists)
                    ?? throw new ModelUnavailableException($"Model '{name}' is not installed: there is no folder of that name in {string.Join(" or ", _roots)}.");
                var opened = ModelFolder.Open(folder);
                _open[name] = model = new LocalModel(opened.Card, OnnxSession.Load(opened, accelerator));
            }

            return model;
        }
    }

    public void Dispose()
    {
        foreach (var model in _open.Values)
        {
            model.Close();
        }
    }
}

/// <summary>A model on a session of this process.</summary>
internal sealed class LocalModel(ModelCard card, OnnxSession session) : IModel
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    public string Name => card.Name;

    public string Version => card.Version;

    public string Sha256 => card.Sha256;

    public IReadOnlyList<TensorPort> Inputs => session.Inputs;

    public IReadOnlyList<TensorPort> Outputs => session.Outputs;

    public JsonElement Parameters => card.Parameters ?? Nothing;

    public ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct)
    {
        var port = TensorPorts.Find(Name, Inputs, input);
        TensorPorts.CheckShape(Name, port, shape);
        return ValueTask.FromResult<ITensor>(ArrayTensor.Rent(port.Type, shape));
    }

    public ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct) =>
        ValueTask.FromResult(session.Run(inputs, ct));

    public async IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var index = 0; index < tiles.Count; index++)
        {
            var inputs = new ITensor[Inputs.Count];
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = await RentAsync(Inputs[i].Name, tiles.ShapeOf(Inputs[i].Name), ct).ConfigureAwait(false);
            }

            tiles.Fill(index, inputs);
            yield return new TileResult(index, session.Run(inputs, ct));
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    /// <summary>The session stays open for further runs.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Close() => session.Dispose();
}
