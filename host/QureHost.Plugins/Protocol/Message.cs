using System.Text.Json.Serialization;

namespace QureHost.Plugins.Protocol;

/// <summary>
/// What a host and a worker say to each other, one JSON object a frame, told apart by <c>type</c>. The protocol is written
/// down for other languages in <c>sdk/PROTOCOL.md</c>; the names here are the names there.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Load), "load")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Unable), "unable")]
[JsonDerivedType(typeof(Start), "start")]
[JsonDerivedType(typeof(Stop), "stop")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(Quit), "quit")]
[JsonDerivedType(typeof(Forget), "forget")]
[JsonDerivedType(typeof(Release), "release")]
[JsonDerivedType(typeof(ListSeries), "listSeries")]
[JsonDerivedType(typeof(ReadStudyTags), "readStudyTags")]
[JsonDerivedType(typeof(ReadTags), "readTags")]
[JsonDerivedType(typeof(ReadSlice), "readSlice")]
[JsonDerivedType(typeof(ReadVolume), "readVolume")]
[JsonDerivedType(typeof(ReadPart10), "readPart10")]
[JsonDerivedType(typeof(Open), "open")]
[JsonDerivedType(typeof(Next), "next")]
[JsonDerivedType(typeof(Close), "close")]
[JsonDerivedType(typeof(OpenModel), "openModel")]
[JsonDerivedType(typeof(RunModel), "runModel")]
[JsonDerivedType(typeof(RentTensor), "rentTensor")]
[JsonDerivedType(typeof(Checkpoint), "checkpoint")]
[JsonDerivedType(typeof(Publish), "publish")]
[JsonDerivedType(typeof(Withdraw), "withdraw")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(SeriesList), "series")]
[JsonDerivedType(typeof(Tags), "tags")]
[JsonDerivedType(typeof(Slices), "slices")]
[JsonDerivedType(typeof(Bytes), "bytes")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(Item), "item")]
[JsonDerivedType(typeof(Model), "model")]
[JsonDerivedType(typeof(Tensors), "tensors")]
public abstract record Message;

/// <summary>A question of the worker, about one run. It is answered once, by a <see cref="Reply"/>.</summary>
public abstract record Request : Message
{
    /// <summary>Chosen by the worker, unique within its connection.</summary>
    public long Id { get; init; }

    /// <summary>The run that asks, as <see cref="Start"/> named it.</summary>
    public string Run { get; init; } = "";
}

/// <summary>The host's answer to a <see cref="Request"/>.</summary>
public abstract record Reply : Message
{
    /// <summary>The request's <see cref="Request.Id"/>.</summary>
    public long To { get; init; }
}

/// <summary>Shared memory that is the worker's until it sends <see cref="Release"/>, or its run ends.</summary>
/// <param name="Id">Names the lease in <see cref="Release"/>, <see cref="RunModel"/> and <see cref="Publish"/>.</param>
/// <param name="Path">A file to map, whole.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record Lease(long Id, string Path, long Length);

/// <summary>Why a call or a run failed.</summary>
/// <param name="Kind">Which exception it is.</param>
/// <param name="Message">For a person.</param>
/// <param name="Exception">Name of the exception's class, for <see cref="FaultKind.Other"/>.</param>
public sealed record Fault(FaultKind Kind, string Message, string? Exception = null);

/// <summary>The failures that the contract knows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>The product broke a rule of the contract: <see cref="Sdk.ContractException"/>.</summary>
    Contract,

    /// <summary>A model cannot be used: <see cref="Sdk.ModelUnavailableException"/>.</summary>
    Model,

    /// <summary>Pixels cannot be had: <see cref="Sdk.Studies.PixelsUnavailableException"/>.</summary>
    Pixels,

    /// <summary>The run was told to stop, or has ended.</summary>
    Cancelled,

    /// <summary>Anything else.</summary>
    Other,
}
