using System.Runtime.InteropServices;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Processes;

/// <summary>A tensor in shared memory. Disposing it ends one lease of its block.</summary>
public sealed class SharedTensor : ITensor
{
    private readonly int[] _shape;
    private readonly int _bytes;
    private int _ended;

    /// <param name="block">Its lease becomes the tensor's.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Extents, outermost first.</param>
    /// <param name="offset">First byte within the block.</param>
    /// <exception cref="ContractException">The extents are not positive, or the tensor overruns its block.</exception>
    public SharedTensor(SharedBlock block, TensorType type, IReadOnlyList<int> shape, long offset = 0)
    {
        var bytes = BytesOf(type, shape);
        if (offset < 0 || offset > block.Length || bytes > block.Length - offset)
        {
            throw new ContractException($"A tensor of [{string.Join(", ", shape)}] {type} at byte {offset} overruns its block of {block.Length} bytes.");
        }

        (Block, Type, _shape, Offset, _bytes) = (block, type, [.. shape], offset, (int)bytes);
    }

    /// <summary>Where it lies.</summary>
    public SharedBlock Block { get; }

    /// <summary>First byte within the block.</summary>
    public long Offset { get; }

    /// <inheritdoc/>
    public TensorType Type { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Shape => _shape;

    /// <inheritdoc/>
    public Memory<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_ended != 0, this);
            return Block.Memory.Slice((int)Offset, _bytes);
        }
    }

    /// <summary>Leases a tensor.</summary>
    /// <exception cref="SharedMemoryException">There is no room for it.</exception>
    /// <exception cref="ContractException">The extents are not positive, or too large.</exception>
    public static SharedTensor Rent(SharedMemory memory, TensorType type, IReadOnlyList<int> shape, bool workersMayWrite = false)
    {
        var block = memory.Rent(BytesOf(type, shape), workersMayWrite);
        return new SharedTensor(block, type, shape);
    }

    /// <summary>Size of a tensor in bytes.</summary>
    /// <exception cref="ContractException">An extent is not positive, or the whole is larger than a block.</exception>
    public static long BytesOf(TensorType type, IReadOnlyList<int> shape)
    {
        long bytes = SizeOf(type);
        foreach (var extent in shape)
        {
            if (extent <= 0)
            {
                throw new ContractException($"A tensor's extents are positive; got [{string.Join(", ", shape)}].");
            }

            bytes = bytes <= SharedMemory.LargestBlock / extent ? bytes * extent : throw new ContractException($"A tensor of [{string.Join(", ", shape)}] {type} is too large.");
        }

        return bytes;
    }

    /// <summary>Copies the elements to <paramref name="target"/>, safe from a worker that cuts the block short.</summary>
    public void CopyTo(Span<byte> target)
    {
        if (Block.OthersMayWrite)
        {
            Block.CopyTo(target[.._bytes], Offset);
        }
        else
        {
            Bytes.Span.CopyTo(target);
        }
    }

    /// <inheritdoc/>
    public Span<T> Span<T>()
        where T : unmanaged =>
        typeof(T) == ClrTypeOf(Type)
            ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
            : throw new InvalidOperationException($"This tensor holds {Type}, not {typeof(T).Name}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            Block.Dispose();
        }
    }

    private static int SizeOf(TensorType type) => type switch
    {
        TensorType.Int64 => 8,
        TensorType.Float32 or TensorType.Int32 => 4,
        TensorType.Float16 or TensorType.Int16 => 2,
        TensorType.UInt8 => 1,
        _ => throw new ContractException($"'{type}' is no element type."),
    };

    private static Type ClrTypeOf(TensorType type) => type switch
    {
        TensorType.Float32 => typeof(float),
        TensorType.Float16 => typeof(Half),
        TensorType.Int64 => typeof(long),
        TensorType.Int32 => typeof(int),
        TensorType.Int16 => typeof(short),
        _ => typeof(byte),
    };
}
