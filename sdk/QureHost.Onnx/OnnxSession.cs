using Microsoft.ML.OnnxRuntime;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Onnx;

/// <summary>Where a session should run.</summary>
public enum Accelerator
{
    /// <summary>CUDA where it works, otherwise the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>CUDA; falls back to the CPU, and says why.</summary>
    Cuda,
}

/// <summary>A model's graph, ready to run. Runs may overlap; each binds its own inputs and outputs.</summary>
public sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _label;

    private OnnxSession(InferenceSession session, string label, string device, string? fallback)
    {
        _session = session;
        _label = label;
        Device = device;
        Fallback = fallback;
        Inputs = [.. session.InputMetadata.Select(p => PortOf(p.Key, p.Value))];
        Outputs = [.. session.OutputMetadata.Select(p => PortOf(p.Key, p.Value))];
    }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; }

    /// <summary>Why CUDA was asked for and not had, or null.</summary>
    public string? Fallback { get; }

    /// <summary>Inputs in graph order.</summary>
    public IReadOnlyList<TensorPort> Inputs { get; }

    /// <summary>Outputs in graph order.</summary>
    public IReadOnlyList<TensorPort> Outputs { get; }

    /// <summary>Loads the weights of a model folder after checking their hash.</summary>
    /// <exception cref="ModelUnavailableException">Missing, damaged or not a model; the message is fit for a reader.</exception>
    public static OnnxSession Load(ModelFolder folder, Accelerator accelerator = Accelerator.Auto) =>
        Load(folder.ReadWeights(), $"{folder.Card.Name} {folder.Card.Version}", accelerator);

    /// <summary>Loads a model from its bytes.</summary>
    /// <param name="weights">The whole <c>.onnx</c> file.</param>
    /// <param name="label">Its name in messages.</param>
    /// <param name="accelerator">Where it should run.</param>
    /// <exception cref="ModelUnavailableException">Not a model that ONNX Runtime can run.</exception>
    public static OnnxSession Load(byte[] weights, string label, Accelerator accelerator = Accelerator.Auto)
    {
        OnnxEnvironment.Ensure();
        InferenceSession? session = null;
        try
        {
            using var options = NewOptions();
            var fallback = accelerator == Accelerator.Cpu ? null : TryAppendCuda(options);
            var onCuda = accelerator != Accelerator.Cpu && fallback is null;
            session = new InferenceSession(weights, options);
            return new OnnxSession(session, label, onCuda ? "cuda" : "cpu", accelerator == Accelerator.Cuda ? fallback : null);
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException or ArgumentException)
        {
            session?.Dispose();
            throw new ModelUnavailableException($"Model '{label}' cannot be loaded: {FirstLine(e)}", e);
        }
        catch (ModelUnavailableException)
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>What sessions would run on here, and why not what was asked for.</summary>
    public static (string Device, string? Fallback) Probe(Accelerator accelerator)
    {
        OnnxEnvironment.Ensure();
        if (accelerator == Accelerator.Cpu)
        {
            return ("cpu", null);
        }

        using var options = NewOptions();
        var fallback = TryAppendCuda(options);
        return fallback is null ? ("cuda", null) : ("cpu", fallback);
    }

    /// <summary>
    /// The first run of a session allocates and packs: done once at loading where all extents but the batch are known, so
    /// that no patient's study pays for it. A graph that fails on zeros has not failed on a study.
    /// </summary>
    public void WarmUp()
    {
        if (Inputs.Any(p => p.Shape.Count == 0 || p.Shape.Skip(1).Any(e => e <= 0)))
        {
            return;
        }

        try
        {
            Run([.. Inputs.Select(p => (ITensor)ArrayTensor.Rent(p.Type, [Math.Max(1, p.Shape[0]), .. p.Shape.Skip(1)], 256 << 20))]);
        }
        catch (Exception e) when (e is ModelUnavailableException or ContractException)
        {
        }
    }

    /// <summary>Runs once. The outputs are the caller's leases; the inputs stay the caller's.</summary>
    /// <param name="inputs">In graph order.</param>
    /// <param name="ct">Ends the run at the next node of the graph.</param>
    /// <exception cref="ModelUnavailableException">The graph failed on these inputs.</exception>
    public IReadOnlyList<ITensor> Run(IReadOnlyList<ITensor> inputs, CancellationToken ct = default) =>
        Run(inputs, static (type, shape) => ArrayTensor.Rent(type, shape), ct);

    /// <summary>Runs once, into tensors that <paramref name="rent"/> makes in graph order.</summary>
    /// <param name="inputs">In graph order; bound where they lie.</param>
    /// <param name="rent">Leases an output.</param>
    /// <param name="ct">Ends the run at the next node of the graph.</param>
    /// <exception cref="ModelUnavailableException">The graph failed on these inputs.</exception>
    public IReadOnlyList<ITensor> Run(IReadOnlyList<ITensor> inputs, Func<TensorType, IReadOnlyList<int>, ITensor> rent, CancellationToken ct = default)
    {
        TensorPorts.Check(_label, Inputs, inputs);
        ct.ThrowIfCancellationRequested();
        using var run = new RunOptions();
        using var binding = _session.CreateIoBinding();
        var bound = new List<IDisposable>(inputs.Count * 2);
        try
        {
            for (var i = 0; i < inputs.Count; i++)
            {
                binding.BindInput(Inputs[i].Name, Bind(inputs[i], bound));
            }

            foreach (var output in Outputs)
            {
                binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
            }

            using (ct.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, run))
            {
                _session.RunWithBinding(run, binding);
            }

            return Collect(binding, rent);
        }
        catch (OnnxRuntimeException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new ModelUnavailableException($"Model '{_label}' failed: {FirstLine(e)}", e);
        }
        finally
        {
            foreach (var value in bound)
            {
                value.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static SessionOptions NewOptions()
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.DisablePerSessionThreads();
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        return options;
    }

    /// <summary>Null when CUDA was appended; otherwise why not.</summary>
    private static string? TryAppendCuda(SessionOptions options)
    {
        try
        {
            options.AppendExecutionProvider_CUDA(0);
            return null;
        }
        catch (EntryPointNotFoundException)
        {
            return "this build holds the CPU flavour of ONNX Runtime";
        }
        catch (OnnxRuntimeException e)
        {
            return $"CUDA cannot be used here: {FirstLine(e)}";
        }
    }

    private static OrtValue Bind(ITensor tensor, List<IDisposable> bound)
    {
        var pin = tensor.Bytes.Pin();
        bound.Add(pin);
        long[] shape = [.. tensor.Shape.Select(e => (long)e)];
        OrtValue value;
        unsafe
        {
            value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorTypes.ToOnnx(tensor.Type), shape, (IntPtr)pin.Pointer, tensor.Bytes.Length);
        }

        bound.Add(value);
        return value;
    }

    /// <summary>Copies the outputs out of the shared arena, which has its memory back at once.</summary>
    private ITensor[] Collect(OrtIoBinding binding, Func<TensorType, IReadOnlyList<int>, ITensor> rent)
    {
        using var values = binding.GetOutputValues();
        var tensors = new ITensor[Outputs.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var info = values[i].GetTensorTypeAndShape();
            if (!TensorTypes.TryFromOnnx(info.ElementDataType, out var type) || info.Shape.Any(e => e is <= 0 or > int.MaxValue))
            {
                throw new ModelUnavailableException($"Model '{_label}', output '{Outputs[i].Name}': [{string.Join(", ", info.Shape)}] {info.ElementDataType} cannot be given to a product.");
            }

            tensors[i] = rent(type, [.. info.Shape.Select(e => (int)e)]);
            values[i].GetTensorMutableRawData().CopyTo(tensors[i].Bytes.Span);
        }

        return tensors;
    }

    private TensorPort PortOf(string name, NodeMetadata node) =>
        node.IsTensor && TensorTypes.TryFromOnnx(node.ElementDataType, out var type)
            ? new TensorPort(name, type, node.Dimensions)
            : throw new ModelUnavailableException($"Model '{_label}' cannot be loaded: '{name}' is {(node.IsTensor ? node.ElementDataType.ToString() : node.OnnxValueType.ToString())}, which products cannot be given.");

    private static string FirstLine(Exception e)
    {
        var text = e.Message.AsSpan();
        var end = text.IndexOf('\n');
        return new string((end < 0 ? text : text[..end]).Trim());
    }
}
