using System.Runtime.InteropServices;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Onnx;

/// <summary>
/// A tensor in this process: a pinned array, aligned for vector instructions, which ONNX Runtime binds as it lies.
/// The collector owns the memory, so a product that uses a tensor after its lease, or forgets to end it, reads no
/// memory of anyone else's.
/// </summary>
public sealed class ArrayTensor : ITensor
{
    /// <summary>The largest tensor that is leased.</summary>
    public const long LargestBytes = 0x7FFF_FF00;

    private const int Alignment = 64;
    private readonly int[] _shape;
    private Memory<byte>? _bytes;

    private ArrayTensor(TensorType type, int[] shape, Memory<byte> bytes)
    {
        Type = type;
        _shape = shape;
        _bytes = bytes;
    }

    /// <inheritdoc/>
    public TensorType Type { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Shape => _shape;

    /// <inheritdoc/>
    public Memory<byte> Bytes => _bytes ?? throw new ObjectDisposedException(nameof(ArrayTensor), "The lease of this tensor has ended.");

    /// <summary>Leases zeroed memory.</summary>
    /// <exception cref="ContractException">An extent is not positive, or the tensor is over <paramref name="limitBytes"/>.</exception>
    public static ArrayTensor Rent(TensorType type, IReadOnlyList<int> shape, long limitBytes = LargestBytes)
    {
        var bytes = BytesOf(type, shape);
        var limit = Math.Min(limitBytes, LargestBytes);
        if (bytes > limit)
        {
            throw new ContractException($"A tensor of [{string.Join(", ", shape)}] {type} takes {bytes >> 20} MB; the limit is {limit >> 20} MB.");
        }

        var array = GC.AllocateArray<byte>((int)bytes + Alignment, pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        var offset = (int)((Alignment - (address % Alignment)) % Alignment);
        return new ArrayTensor(type, [.. shape], array.AsMemory(offset, (int)bytes));
    }

    /// <summary>Size of a tensor in bytes, checked against overflow.</summary>
    /// <exception cref="ContractException">An extent is not positive, or the product overflows.</exception>
    public static long BytesOf(TensorType type, IReadOnlyList<int> shape)
    {
        long bytes = TensorTypes.SizeOf(type);
        foreach (var extent in shape)
        {
            if (extent <= 0)
            {
                throw new ContractException($"A tensor's extents are positive; got [{string.Join(", ", shape)}].");
            }

            if (bytes > long.MaxValue / extent)
            {
                throw new ContractException($"A tensor of [{string.Join(", ", shape)}] {type} is too large.");
            }

            bytes *= extent;
        }

        return bytes;
    }

    /// <inheritdoc/>
    public Span<T> Span<T>()
        where T : unmanaged =>
        typeof(T) == TensorTypes.ClrTypeOf(Type)
            ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
            : throw new InvalidOperationException($"This tensor holds {Type}, not {typeof(T).Name}.");

    /// <inheritdoc/>
    public void Dispose() => _bytes = null;
}
