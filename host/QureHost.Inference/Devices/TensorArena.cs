using System.Numerics;
using QureHost.Processes;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>
/// The two blocks through which one device gets its inputs and gives its outputs, kept from run to run. They grow to what
/// is needed. The device may read the one and write the other.
/// </summary>
internal sealed class TensorArena(SharedMemory memory) : IDisposable
{
    private const int Alignment = 64;
    private const ulong Smallest = 64 << 10;
    private SharedBlock? _inputs;
    private SharedBlock? _outputs;

    public SharedBlock? Outputs => _outputs;

    /// <summary>Copies tensors into the input block.</summary>
    /// <exception cref="SharedMemoryException">There is no room, or a worker cut its tensor short.</exception>
    public (SharedBlock Block, TensorPlace[] Places, long Bytes) Fill(IReadOnlyList<ITensor> tensors)
    {
        var places = new TensorPlace[tensors.Count];
        long used = 0;
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new TensorPlace(tensors[i].Type, tensors[i].Shape, used);
            used = Aligned(used + SharedTensor.BytesOf(tensors[i].Type, tensors[i].Shape));
        }

        var block = Grown(ref _inputs, used, othersMayWrite: false);
        for (var i = 0; i < places.Length; i++)
        {
            TensorBytes.CopyTo(tensors[i], block.Memory.Span[(int)places[i].Offset..]);
        }

        return (block, places, used);
    }

    /// <exception cref="SharedMemoryException">There is no room.</exception>
    public SharedBlock GrowOutputs(long bytes) => Grown(ref _outputs, bytes, othersMayWrite: true);

    public void Dispose()
    {
        _inputs?.Dispose();
        _outputs?.Dispose();
    }

    private static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private SharedBlock Grown(ref SharedBlock? block, long bytes, bool othersMayWrite)
    {
        if (block is null || block.Length < bytes)
        {
            var size = bytes is > 0 and <= SharedMemory.LargestBlock
                ? (long)Math.Min(BitOperations.RoundUpToPowerOf2(Math.Max(Smallest, (ulong)bytes)), SharedMemory.LargestBlock)
                : bytes; // refused below, in the memory's own words
            block?.Dispose();
            block = null;
            block = memory.Rent(Math.Max(1, size), othersMayWrite);
        }

        return block;
    }
}
