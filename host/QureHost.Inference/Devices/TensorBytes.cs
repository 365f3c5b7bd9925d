using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>Reads tensors that others may have written: one that a worker can cut short is never touched where it is mapped.</summary>
internal static class TensorBytes
{
    public static void CopyTo(ITensor tensor, Span<byte> target)
    {
        if (tensor is SharedTensor shared)
        {
            shared.CopyTo(target);
        }
        else
        {
            tensor.Bytes.Span.CopyTo(target);
        }
    }

    /// <summary>The same tensors, those that a worker can change exchanged for copies.</summary>
    public static IReadOnlyList<ITensor> Own(IReadOnlyList<ITensor> tensors) =>
        tensors.Any(IsOthers) ? [.. tensors.Select(t => IsOthers(t) ? Copy(t) : t)] : tensors;

    private static bool IsOthers(ITensor tensor) => tensor is SharedTensor { Block.OthersMayWrite: true };

    private static ArrayTensor Copy(ITensor tensor)
    {
        var copy = ArrayTensor.Rent(tensor.Type, tensor.Shape);
        CopyTo(tensor, copy.Bytes.Span);
        return copy;
    }
}
