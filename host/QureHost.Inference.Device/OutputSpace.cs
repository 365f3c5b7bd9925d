using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk.Inference;

namespace QureHost.Inference.Device;

/// <summary>Gives a run's outputs their places in the host's block; those that do not fit are kept until a larger one comes.</summary>
internal sealed class OutputSpace(SharedBlock? block)
{
    private const int Alignment = 64;
    private readonly List<TensorPlace> _places = [];
    private readonly List<ITensor> _tensors = [];

    public IReadOnlyList<TensorPlace> Places => _places;

    /// <summary>What they take in all.</summary>
    public long Bytes { get; private set; }

    public bool Fits { get; private set; } = true;

    public ITensor Rent(TensorType type, IReadOnlyList<int> shape)
    {
        var offset = (Bytes + Alignment - 1) / Alignment * Alignment;
        Bytes = offset + SharedTensor.BytesOf(type, shape);
        Fits &= block is not null && Bytes <= block.Length;
        _places.Add(new TensorPlace(type, shape, offset));
        _tensors.Add(Fits ? new SharedTensor(block!.AddLease(), type, shape, offset) : ArrayTensor.Rent(type, shape));
        return _tensors[^1];
    }

    public void WriteTo(SharedBlock larger)
    {
        for (var i = 0; i < _tensors.Count; i++)
        {
            _tensors[i].Bytes.Span.CopyTo(larger.Memory.Span[(int)_places[i].Offset..]);
        }
    }

    /// <summary>Ends the leases; what was written stays.</summary>
    public void Release() => _tensors.ForEach(t => t.Dispose());
}
