using System.Runtime.InteropServices;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Onnx.Tests;

public sealed class ArrayTensorTests
{
    [Fact]
    public void A_lease_is_zeroed_aligned_and_ends_when_disposed()
    {
        var tensor = ArrayTensor.Rent(TensorType.Float32, [2, 3]);
        using (var pin = tensor.Bytes.Pin())
        {
            unsafe
            {
                Assert.Equal(0, (nint)pin.Pointer % 64);
            }
        }

        Assert.Equal(new float[6], tensor.Span<float>().ToArray());
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Bytes);
    }

    [Fact]
    public void The_elements_are_read_as_their_own_type_only()
    {
        using var tensor = ArrayTensor.Rent(TensorType.Float16, [4]);

        Assert.Equal(4, tensor.Span<Half>().Length);
        Assert.Throws<InvalidOperationException>(() => tensor.Span<float>().Length);
    }

    [Theory]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { -1, 4 })]
    [InlineData(new[] { 1 << 20, 1 << 20 })]
    public void A_shape_that_no_memory_can_hold_is_refused_without_an_allocation(int[] shape) =>
        Assert.Throws<ContractException>(() => ArrayTensor.Rent(TensorType.Float32, shape));
}
