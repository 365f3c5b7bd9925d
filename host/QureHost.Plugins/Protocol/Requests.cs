using System.Text.Json.Serialization;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Protocol;

/// <summary>The study's series as they are now; answered by <see cref="SeriesList"/>. Study 0 is the run's own, others come from <see cref="StreamKind.Priors"/>.</summary>
public sealed record ListSeries(long Study) : Request;

/// <summary>Patient and study attributes; answered by <see cref="Tags"/> with one set.</summary>
public sealed record ReadStudyTags(long Study) : Request;

/// <summary>Attributes of instances, 1 to 64 of them; answered by <see cref="Tags"/> in the same order.</summary>
public sealed record ReadTags(long Study, string Series, IReadOnlyList<string> Sops) : Request;

/// <summary>One frame, decoded; answered by <see cref="Slices"/> with one.</summary>
public sealed record ReadSlice(long Study, string Series, string Sop, int Frame, PixelKind Kind) : Request;

/// <summary>The frames of a series that make a volume, sorted along its normal, without their samples; answered by <see cref="Slices"/>.</summary>
public sealed record ReadVolume(long Study, string Series) : Request;

/// <summary>The stored Part 10 stream; answered by <see cref="Bytes"/>.</summary>
public sealed record ReadPart10(long Study, string Series, string Sop) : Request;

/// <summary>What is told item by item.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StreamKind>))]
public enum StreamKind
{
    /// <summary>What happens to the study, see <see cref="IStudy.WatchAsync"/>.</summary>
    Watch,

    /// <summary>Earlier studies of the patient.</summary>
    Priors,

    /// <summary>Results of another product.</summary>
    Results,

    /// <summary>Text reports.</summary>
    Reports,
}

/// <summary>Begins a stream; answered by <see cref="Opened"/>.</summary>
/// <param name="Study">The study.</param>
/// <param name="Kind">Of what.</param>
/// <param name="Product">For <see cref="StreamKind.Results"/>: whose.</param>
public sealed record Open(long Study, StreamKind Kind, string? Product = null) : Request;

/// <summary>The next item; answered by <see cref="Item"/> as soon as there is one.</summary>
public sealed record Next(long Stream) : Request;

/// <summary>Ends a stream before its end; answered by <see cref="Done"/>.</summary>
public sealed record Close(long Stream) : Request;

/// <summary>Opens a model that the manifest lists; answered by <see cref="Model"/>.</summary>
public sealed record OpenModel(string Name) : Request;

/// <summary>Runs a model once; answered by <see cref="Tensors"/>.</summary>
/// <param name="Handle">Of <see cref="Model"/>.</param>
/// <param name="Inputs">Leases of tensors, in graph order. They stay the worker's.</param>
/// <param name="Following">How many more tiles of this input are to come: the scheduler's hint.</param>
public sealed record RunModel(long Handle, IReadOnlyList<long> Inputs, int Following = 0) : Request;

/// <summary>Leases zeroed memory for a tensor; answered by <see cref="Tensors"/> with one.</summary>
/// <param name="Element">Element type; ignored where <paramref name="Input"/> names a port.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="Handle">A model, where the tensor is for one of its inputs.</param>
/// <param name="Input">That input.</param>
public sealed record RentTensor(TensorType Element, IReadOnlyList<int> Shape, long? Handle = null, string? Input = null) : Request;

/// <summary>Progress, heartbeat and yield; answered by <see cref="Done"/> when the run may go on.</summary>
public sealed record Checkpoint(string Stage, double? Part = null) : Request;

/// <summary>Publishes a result; answered by <see cref="Done"/>.</summary>
/// <param name="Result">The result.</param>
/// <param name="Data">For a mask: the lease that holds its bytes.</param>
public sealed record Publish(Result Result, long? Data = null) : Request;

/// <summary>Takes a result back; answered by <see cref="Done"/>.</summary>
public sealed record Withdraw(string Result, string Reason) : Request;
