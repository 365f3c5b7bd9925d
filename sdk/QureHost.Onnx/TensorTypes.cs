using Microsoft.ML.OnnxRuntime.Tensors;
using QureHost.Sdk.Inference;

namespace QureHost.Onnx;

/// <summary>The SDK's element types and ONNX Runtime's.</summary>
internal static class TensorTypes
{
    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.Int64 => 8,
        TensorType.Float32 or TensorType.Int32 => 4,
        TensorType.Float16 or TensorType.Int16 => 2,
        TensorType.UInt8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static Type ClrTypeOf(TensorType type) => type switch
    {
        TensorType.Float32 => typeof(float),
        TensorType.Float16 => typeof(Half),
        TensorType.Int64 => typeof(long),
        TensorType.Int32 => typeof(int),
        TensorType.Int16 => typeof(short),
        TensorType.UInt8 => typeof(byte),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static TensorElementType ToOnnx(TensorType type) => type switch
    {
        TensorType.Float32 => TensorElementType.Float,
        TensorType.Float16 => TensorElementType.Float16,
        TensorType.Int64 => TensorElementType.Int64,
        TensorType.Int32 => TensorElementType.Int32,
        TensorType.Int16 => TensorElementType.Int16,
        TensorType.UInt8 => TensorElementType.UInt8,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>False for types that the SDK does not carry: strings, booleans, doubles.</summary>
    public static bool TryFromOnnx(TensorElementType type, out TensorType sdk)
    {
        (var known, sdk) = type switch
        {
            TensorElementType.Float => (true, TensorType.Float32),
            TensorElementType.Float16 => (true, TensorType.Float16),
            TensorElementType.Int64 => (true, TensorType.Int64),
            TensorElementType.Int32 => (true, TensorType.Int32),
            TensorElementType.Int16 => (true, TensorType.Int16),
            TensorElementType.UInt8 => (true, TensorType.UInt8),
            _ => (false, default),
        };
        return known;
    }
}
