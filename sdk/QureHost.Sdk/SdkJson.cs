using System.Text.Json;
using System.Text.Json.Serialization;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;

namespace QureHost.Sdk;

/// <summary>The SDK's JSON: camelCase, nulls left out, source-generated so that plugin contexts stay collectible.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(Result))]
[JsonSerializable(typeof(PluginManifest))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(RunInfo))]
public sealed partial class SdkJson : JsonSerializerContext;
