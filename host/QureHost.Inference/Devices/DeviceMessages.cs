using System.Text.Json;
using System.Text.Json.Serialization;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>A block of shared memory, named.</summary>
internal sealed record BlockName(string Path, long Length);

/// <summary>A tensor within a block.</summary>
internal sealed record TensorPlace(TensorType Type, IReadOnlyList<int> Shape, long Offset);

/// <summary>What the host says to a device. The tensors themselves lie in shared memory.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(Load), "load")]
[JsonDerivedType(typeof(Unload), "unload")]
[JsonDerivedType(typeof(Run), "run")]
[JsonDerivedType(typeof(Collect), "collect")]
[JsonDerivedType(typeof(Cancel), "cancel")]
[JsonDerivedType(typeof(Ping), "ping")]
internal abstract record DeviceRequest
{
    /// <summary>Makes a session of the weights in a block. It goes on beside a run.</summary>
    public sealed record Load(long Id, string Label, string Sha256, BlockName Weights) : DeviceRequest;

    public sealed record Unload(string Sha256) : DeviceRequest;

    /// <summary>Runs once; the inputs are bound where they lie, the outputs are written to <paramref name="Outputs"/> if they fit.</summary>
    public sealed record Run(long Id, string Sha256, BlockName Inputs, IReadOnlyList<TensorPlace> Tensors, BlockName? Outputs) : DeviceRequest;

    /// <summary>Writes the outputs of the last run, which did not fit, to a larger block.</summary>
    public sealed record Collect(long Id, BlockName Outputs) : DeviceRequest;

    /// <summary>Ends a run at its next node.</summary>
    public sealed record Cancel(long Id) : DeviceRequest;

    public sealed record Ping(long Id) : DeviceRequest;
}

/// <summary>What a device answers.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Loaded), "loaded")]
[JsonDerivedType(typeof(Ran), "ran")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Pong), "pong")]
internal abstract record DeviceReply
{
    /// <summary>First of all: what it is, and why not what it was asked to be.</summary>
    public sealed record Hello(string Device, string? Fallback) : DeviceReply;

    public sealed record Loaded(long Id, IReadOnlyList<TensorPort> Inputs, IReadOnlyList<TensorPort> Outputs) : DeviceReply;

    /// <summary>The outputs' places, and how much they take in all; they are written only where that fitted.</summary>
    public sealed record Ran(long Id, IReadOnlyList<TensorPlace> Outputs, long Bytes, bool Written) : DeviceReply;

    public sealed record Failed(long Id, DeviceFailure Kind, string Message) : DeviceReply;

    public sealed record Pong(long Id) : DeviceReply;
}

internal enum DeviceFailure
{
    /// <summary>The model's fault, or its inputs'.</summary>
    Model,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>The model is not held here.</summary>
    NotLoaded,
}

/// <summary>Exit codes of the device's program.</summary>
internal static class DeviceExit
{
    public const int HostGone = 0;

    /// <summary>CUDA reported an error that does not go away within the process.</summary>
    public const int AcceleratorLost = 70;
}

[JsonSerializable(typeof(DeviceRequest))]
[JsonSerializable(typeof(DeviceReply))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class DeviceJson : JsonSerializerContext
{
    public static byte[] Write(DeviceRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, Default.DeviceRequest);

    public static byte[] Write(DeviceReply reply) => JsonSerializer.SerializeToUtf8Bytes(reply, Default.DeviceReply);

    /// <exception cref="JsonException">No message.</exception>
    public static DeviceRequest ReadRequest(byte[] frame) => JsonSerializer.Deserialize(frame, Default.DeviceRequest) ?? throw new JsonException("null is no message");

    /// <exception cref="JsonException">No message.</exception>
    public static DeviceReply ReadReply(byte[] frame) => JsonSerializer.Deserialize(frame, Default.DeviceReply) ?? throw new JsonException("null is no message");
}
