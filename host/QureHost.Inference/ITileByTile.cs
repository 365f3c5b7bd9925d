using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>A model whose caller sends its tiles one by one.</summary>
public interface ITileByTile
{
    /// <summary>Runs one tile.</summary>
    /// <param name="inputs">Inputs, in graph order.</param>
    /// <param name="following">How many more tiles of the same input are to come: what the scheduler judges the deadline by.</param>
    /// <param name="ct">Cancels the wait.</param>
    ValueTask<IReadOnlyList<ITensor>> RunAsync(IReadOnlyList<ITensor> inputs, int following, CancellationToken ct);
}
