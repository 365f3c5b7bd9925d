using System.Text.Json;

namespace QureHost.Sdk.Inference;

/// <summary>Element type of a tensor.</summary>
public enum TensorType
{
    /// <summary>IEEE 754 single.</summary>
    Float32,

    /// <summary>IEEE 754 half.</summary>
    Float16,

    /// <summary>Signed 64-bit integer.</summary>
    Int64,

    /// <summary>Signed 32-bit integer.</summary>
    Int32,

    /// <summary>Signed 16-bit integer.</summary>
    Int16,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,
}

/// <summary>A lease of shared memory holding a dense tensor, last index fastest. Disposing ends the lease.</summary>
public interface ITensor : IDisposable
{
    /// <summary>Element type.</summary>
    TensorType Type { get; }

    /// <summary>Extents, outermost first.</summary>
    IReadOnlyList<int> Shape { get; }

    /// <summary>The elements' bytes, in the machine's byte order.</summary>
    Memory<byte> Bytes { get; }

    /// <summary>The elements, typed.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not this tensor's element type.</exception>
    Span<T> Span<T>() where T : unmanaged;
}

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents; -1 where free.</param>
public sealed record TensorPort(string Name, TensorType Type, IReadOnlyList<int> Shape)
{
    /// <summary><c>image: float32 [any, 1, 256, 256]</c>.</summary>
    public override string ToString() =>
        $"{Name}: {Type.ToString().ToLowerInvariant()} [{string.Join(", ", Shape.Select(e => e < 0 ? "any" : e.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}

/// <summary>A model, opened by name. Where and when it runs is the host's business.</summary>
public interface IModel : IAsyncDisposable
{
    /// <summary>Name in the manifest.</summary>
    string Name { get; }

    /// <summary>Version, as its card (<c>model.json</c>) states.</summary>
    string Version { get; }

    /// <summary>SHA-256 of the weights in lower-case hex: what a result's provenance records.</summary>
    string Sha256 { get; }

    /// <summary>Inputs, in graph order.</summary>
    IReadOnlyList<TensorPort> Inputs { get; }

    /// <summary>Outputs, in graph order.</summary>
    IReadOnlyList<TensorPort> Outputs { get; }

    /// <summary>The card's <c>parameters</c>: classes, calibration, operating points. An empty object where it has none.</summary>
    JsonElement Parameters { get; }

    /// <summary>Leases a tensor that fits an input; a free extent takes its size from <paramref name="shape"/>.</summary>
    ValueTask<ITensor> RentAsync(string input, IReadOnlyList<int> shape, CancellationToken ct);

    /// <summary>
    /// Runs once. The first extent is the batch: the host may run it together with other studies' batches.
    /// The outputs are leases of the caller; the inputs stay the caller's.
    /// </summary>
    /// <exception cref="ModelUnavailableException">The model failed or was ended; the message says why.</exception>
    ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, CancellationToken ct);

    /// <summary>Runs tile by tile, in any order the host likes; between tiles a more urgent job may come first.</summary>
    IAsyncEnumerable<TileResult> RunTilesAsync(ITileSource tiles, CancellationToken ct);
}

/// <summary>Tiles of a large input, made when the host is ready for them.</summary>
public interface ITileSource
{
    /// <summary>How many tiles there are.</summary>
    int Count { get; }

    /// <summary>Shape of a tile for an input, batch extent 1 first.</summary>
    IReadOnlyList<int> ShapeOf(string input);

    /// <summary>Writes tile <paramref name="index"/> into tensors leased for the inputs, in graph order.</summary>
    void Fill(int index, IReadOnlyList<ITensor> inputs);
}

/// <summary>The outputs of one tile; disposing it ends their leases.</summary>
public sealed record TileResult(int Index, IReadOnlyList<ITensor> Outputs) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var output in Outputs)
        {
            output.Dispose();
        }
    }
}
