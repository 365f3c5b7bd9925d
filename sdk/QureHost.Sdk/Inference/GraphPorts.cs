using System.Text;

namespace QureHost.Sdk.Inference;

/// <summary>
/// The inputs and outputs that an ONNX file states, read from its bytes without running anything: a host can compare two
/// models before either is given to a device. ONNX is a protobuf message (onnx.proto3); field numbers are its own.
/// </summary>
public sealed class GraphPorts
{
    private const int MostPorts = 1000;
    private const int MostRank = 16;

    private GraphPorts(IReadOnlyList<TensorPort> inputs, IReadOnlyList<TensorPort> outputs)
    {
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Inputs in graph order; initialisers are left out.</summary>
    public IReadOnlyList<TensorPort> Inputs { get; }

    /// <summary>Outputs in graph order.</summary>
    public IReadOnlyList<TensorPort> Outputs { get; }

    /// <summary>Reads them.</summary>
    /// <param name="model">A whole <c>.onnx</c> file.</param>
    /// <exception cref="ModelUnavailableException">Not an ONNX model, or one whose ports products cannot be given.</exception>
    public static GraphPorts Read(ReadOnlySpan<byte> model)
    {
        var graph = ReadOnlySpan<byte>.Empty;
        var fields = new ProtoReader(model);
        while (fields.Next())
        {
            graph = fields is { Number: 7, IsBytes: true } ? fields.Bytes : graph;   // ModelProto.graph
        }

        if (graph.IsEmpty)
        {
            throw new ModelUnavailableException("The file is no ONNX model: it holds no graph.");
        }

        var inputs = new List<TensorPort?>();
        var outputs = new List<TensorPort?>();
        var names = new List<string>();
        var weights = new HashSet<string>(StringComparer.Ordinal);
        fields = new ProtoReader(graph);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 5 when fields.IsBytes:      // GraphProto.initializer
                    weights.Add(NameOf(fields.Bytes, 8));
                    break;
                case 11 when fields.IsBytes:     // GraphProto.input
                    names.Add(NameOf(fields.Bytes, 1));
                    inputs.Add(ReadPort(fields.Bytes));
                    break;
                case 12 when fields.IsBytes:     // GraphProto.output
                    outputs.Add(ReadPort(fields.Bytes));
                    break;
            }

            if (inputs.Count > MostPorts + weights.Count || outputs.Count > MostPorts)
            {
                throw new ModelUnavailableException($"The model has more than {MostPorts} inputs or outputs.");
            }
        }

        var own = Enumerable.Range(0, inputs.Count).Where(i => !weights.Contains(names[i])).Select(i => inputs[i]).ToArray();
        return own.Contains(null) || outputs.Contains(null)
            ? throw new ModelUnavailableException("An input or output of the model is no tensor of a type that products can be given.")
            : new GraphPorts(own!, outputs!);
    }

    /// <summary>The same with what the card says of extents that the graph leaves free.</summary>
    public GraphPorts With(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return new GraphPorts(Narrow(Inputs, card.Inputs), Narrow(Outputs, card.Outputs));
    }

    /// <summary>
    /// Why a model cannot stand in for another; empty where it can. It takes whatever the other took and gives what it gave, under the
    /// same names and in the same order; outputs of its own may follow.
    /// </summary>
    public IReadOnlyList<string> ProblemsAsReplacementOf(GraphPorts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var problems = new List<string>();
        if (Inputs.Count != other.Inputs.Count)
        {
            problems.Add($"It takes {Inputs.Count} inputs ({Names(Inputs)}); {other.Inputs.Count} are given ({Names(other.Inputs)}).");
        }

        if (Outputs.Count < other.Outputs.Count)
        {
            problems.Add($"It gives {Outputs.Count} outputs ({Names(Outputs)}); {other.Outputs.Count} are read ({Names(other.Outputs)}).");
        }

        Compare("Input", other.Inputs, Inputs, static (needed, offered) => offered < 0 || offered == needed, problems);
        Compare("Output", other.Outputs, Outputs, static (needed, offered) => needed < 0 || offered == needed, problems);
        return problems;
    }

    private static TensorPort[] Narrow(IReadOnlyList<TensorPort> ports, System.Text.Json.JsonElement? told) =>
    [
        .. ports.Select(p => ModelSchema.ShapeOf(told, p.Name) is { } shape && shape.Count == p.Shape.Count
            ? p with { Shape = [.. p.Shape.Zip(shape, (graph, card) => graph < 0 ? card : graph)] }
            : p),
    ];

    private static void Compare(string what, IReadOnlyList<TensorPort> needed, IReadOnlyList<TensorPort> offered, Func<int, int, bool> fits, List<string> problems)
    {
        foreach (var (i, (need, offer)) in needed.Zip(offered).Index())
        {
            if (need.Name != offer.Name || need.Type != offer.Type || need.Shape.Count != offer.Shape.Count || !need.Shape.Zip(offer.Shape).All(e => fits(e.First, e.Second)))
            {
                problems.Add($"{what} {i + 1} must be {need}; it is {offer}.");
            }
        }
    }

    private static string Names(IReadOnlyList<TensorPort> ports) => string.Join(", ", ports.Select(p => p.Name));

    private static string NameOf(ReadOnlySpan<byte> message, int field)
    {
        var fields = new ProtoReader(message);
        var name = "";
        while (fields.Next())
        {
            name = fields.Number == field && fields.IsBytes ? Encoding.UTF8.GetString(fields.Bytes) : name;
        }

        return name;
    }

    /// <summary>A ValueInfoProto; null where it is no tensor that products can be given.</summary>
    private static TensorPort? ReadPort(ReadOnlySpan<byte> value)
    {
        var tensor = Inner(Inner(value, 2), 1);   // .type.tensor_type
        long element = 0;
        var shape = new List<int>();
        var fields = new ProtoReader(tensor);
        while (fields.Next())
        {
            if (fields is { Number: 1, IsBytes: false })
            {
                element = fields.Value;
            }
            else if (fields is { Number: 2, IsBytes: true })
            {
                ReadShape(fields.Bytes, shape);
            }
        }

        TensorType? type = element switch
        {
            1 => TensorType.Float32,
            2 => TensorType.UInt8,
            5 => TensorType.Int16,
            6 => TensorType.Int32,
            7 => TensorType.Int64,
            10 => TensorType.Float16,
            _ => null,
        };
        return type is { } t ? new TensorPort(NameOf(value, 1), t, shape) : null;
    }

    private static void ReadShape(ReadOnlySpan<byte> message, List<int> shape)
    {
        var dims = new ProtoReader(message);
        while (dims.Next())
        {
            if (dims is not { Number: 1, IsBytes: true })
            {
                continue;
            }

            long extent = -1;   // dim_param, or nothing: free
            var dim = new ProtoReader(dims.Bytes);
            while (dim.Next())
            {
                extent = dim is { Number: 1, IsBytes: false } ? dim.Value : extent;
            }

            if (shape.Count == MostRank || extent is 0 or < -1 or > int.MaxValue)
            {
                throw new ModelUnavailableException("An input or output of the model has a shape that no tensor has.");
            }

            shape.Add((int)extent);
        }
    }

    private static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> message, int field)
    {
        var fields = new ProtoReader(message);
        var inner = ReadOnlySpan<byte>.Empty;
        while (fields.Next())
        {
            inner = fields.Number == field && fields.IsBytes ? fields.Bytes : inner;
        }

        return inner;
    }

    /// <summary>Walks the fields of a protobuf message; groups, which ONNX does not use, are refused.</summary>
    private ref struct ProtoReader(ReadOnlySpan<byte> message)
    {
        private ReadOnlySpan<byte> _rest = message;

        public int Number { get; private set; }

        public bool IsBytes { get; private set; }

        public long Value { get; private set; }

        public ReadOnlySpan<byte> Bytes { get; private set; }

        public bool Next()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var tag = Varint();
            (Number, IsBytes, Value) = ((int)Math.Min(tag >> 3, int.MaxValue), false, 0);
            Bytes = default;
            switch (tag & 7)
            {
                case 0:
                    Value = (long)Varint();
                    break;
                case 1:
                    Take(8);
                    break;
                case 2:
                    Bytes = Take(Varint());
                    IsBytes = true;
                    break;
                case 5:
                    Take(4);
                    break;
                default:
                    throw Broken();
            }

            return true;
        }

        private ReadOnlySpan<byte> Take(ulong length)
        {
            if (length > (ulong)_rest.Length)
            {
                throw Broken();
            }

            var taken = _rest[..(int)length];
            _rest = _rest[(int)length..];
            return taken;
        }

        private ulong Varint()
        {
            ulong value = 0;
            for (var i = 0; i < _rest.Length && i < 10; i++)
            {
                value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
                if (_rest[i] < 0x80)
                {
                    _rest = _rest[(i + 1)..];
                    return value;
                }
            }

            throw Broken();
        }

        private static ModelUnavailableException Broken() => new("The file is no ONNX model, or it is cut off.");
    }
}
