using System.Text.Json;
using System.Text.Json.Serialization;

namespace QureHost.Plugins.Protocol;

/// <summary>The version of the protocol. It changes when an old worker would be misunderstood; fields that may be left out do not change it.</summary>
public static class ProtocolVersion
{
    public const int Current = 1;
}

/// <summary>A frame that is no message, or not one that may come now.</summary>
public sealed class ProtocolException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Messages to frames and back.</summary>
public static class Wire
{
    public static byte[] Write(Message message) => JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.Message);

    /// <exception cref="ProtocolException">The frame is no message.</exception>
    public static Message Read(ReadOnlySpan<byte> frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame, MessageJson.Default.Message) ?? throw new ProtocolException("A frame holds 'null'.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // What the frame held may be of a patient: only where it went wrong is told.
            throw new ProtocolException($"A frame of {frame.Length} bytes is no message of protocol {ProtocolVersion.Current}{(e is JsonException { Path: { } path } ? $" at {path}" : "")}.", e);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true,
    MaxDepth = 1536)]
[JsonSerializable(typeof(Message))]
internal sealed partial class MessageJson : JsonSerializerContext;
