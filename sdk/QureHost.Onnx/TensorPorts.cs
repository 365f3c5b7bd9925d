using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Onnx;

/// <summary>Holds tensors against the ports of a model before they reach native code.</summary>
public static class TensorPorts
{
    /// <summary>Throws where the inputs do not fit.</summary>
    /// <exception cref="ContractException">Count, type, rank or an extent is wrong; the message says which.</exception>
    public static void Check(string model, IReadOnlyList<TensorPort> ports, IReadOnlyList<ITensor> inputs)
    {
        if (inputs.Count != ports.Count)
        {
            throw new ContractException($"Model '{model}' takes {ports.Count} inputs, in graph order; got {inputs.Count}.");
        }

        for (var i = 0; i < ports.Count; i++)
        {
            var (port, tensor) = (ports[i], inputs[i]);
            if (tensor.Type != port.Type)
            {
                throw new ContractException($"Model '{model}', input '{port.Name}': takes {port.Type}; got {tensor.Type}.");
            }

            CheckShape(model, port, tensor.Shape);
            if (ArrayTensor.BytesOf(tensor.Type, tensor.Shape) != tensor.Bytes.Length)
            {
                throw new ContractException($"Model '{model}', input '{port.Name}': {tensor.Bytes.Length} bytes are not [{string.Join(", ", tensor.Shape)}] {tensor.Type}.");
            }
        }
    }

    /// <summary>Throws where a shape does not fit a port.</summary>
    /// <exception cref="ContractException">Rank or an extent is wrong.</exception>
    public static void CheckShape(string model, TensorPort port, IReadOnlyList<int> shape)
    {
        var fits = shape.Count == port.Shape.Count;
        for (var d = 0; fits && d < shape.Count; d++)
        {
            fits = shape[d] > 0 && (port.Shape[d] < 0 || port.Shape[d] == shape[d]);
        }

        if (!fits)
        {
            var expected = string.Join(", ", port.Shape.Select(e => e < 0 ? "any" : e.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            throw new ContractException($"Model '{model}', input '{port.Name}': takes [{expected}]; got [{string.Join(", ", shape)}].");
        }
    }

    /// <summary>The input of that name.</summary>
    /// <exception cref="ContractException">The model has no such input.</exception>
    public static TensorPort Find(string model, IReadOnlyList<TensorPort> ports, string input) =>
        ports.FirstOrDefault(p => p.Name == input)
        ?? throw new ContractException($"Model '{model}' has no input '{input}'; it has {string.Join(", ", ports.Select(p => $"'{p.Name}'"))}.");
}
