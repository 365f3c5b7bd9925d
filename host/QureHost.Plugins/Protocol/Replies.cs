using System.Text.Json;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Protocol;

/// <summary>It was done.</summary>
public sealed record Done : Reply;

/// <summary>It was not done, and why.</summary>
public sealed record Failed(Fault Fault) : Reply;

/// <summary>Series in order of arrival; null where nothing changed since the same run asked for the same study.</summary>
public sealed record SeriesList(IReadOnlyList<SeriesFacts>? Series = null) : Reply;

/// <summary>A series, as far as it has arrived; instances in order of instance number.</summary>
public sealed record SeriesFacts(string Uid, string Modality, IReadOnlyList<string> Sops);

/// <summary>Sets of attributes in the DICOM JSON model (PS3.18 annex F), without bulk data.</summary>
public sealed record Tags(IReadOnlyList<JsonElement> Sets) : Reply;

/// <summary>Frames.</summary>
public sealed record Slices(IReadOnlyList<SliceFacts> Frames) : Reply;

/// <summary>A frame: what <see cref="ISlice"/> says of it.</summary>
/// <param name="Sop">SOP Instance UID.</param>
/// <param name="Frame">Number from 0.</param>
/// <param name="Rows">Height.</param>
/// <param name="Columns">Width.</param>
/// <param name="Unit">Unit of the values.</param>
/// <param name="Slope">Value per sample step.</param>
/// <param name="Intercept">Value of sample 0.</param>
/// <param name="IsColor">It was in colour.</param>
/// <param name="Samples">Rows × Columns int16 in the machine's byte order, to be read only.</param>
/// <param name="Plane">Where it lies, or null.</param>
/// <param name="Spacing">Row and column spacing in mm, or null.</param>
public sealed record SliceFacts(
    string Sop, int Frame, int Rows, int Columns, string Unit, double Slope, double Intercept, bool IsColor, Lease Samples, PlaneFacts? Plane = null, double[]? Spacing = null);

/// <summary>A plane (PS3.3 §C.7.6.2.1.1): mm in LPS.</summary>
public sealed record PlaneFacts(double[] Origin, double[] Row, double[] Column, double RowSpacingMm, double ColumnSpacingMm, string FrameOfReference)
{
    public static PlaneFacts? Of(Plane? plane) => plane is null ? null : new PlaneFacts(
        Of(plane.Origin), Of(plane.Row), Of(plane.Column), plane.RowSpacingMm, plane.ColumnSpacingMm, plane.FrameOfReference);

    public Plane ToPlane() => new(Point(Origin), Point(Row), Point(Column), RowSpacingMm, ColumnSpacingMm, FrameOfReference);

    private static double[] Of(Point3 p) => [p.X, p.Y, p.Z];

    private static Point3 Point(double[] p) => new(p[0], p[1], p[2]);
}

/// <summary>Bytes to be read only.</summary>
public sealed record Bytes(Lease Lease) : Reply;

/// <summary>A stream began.</summary>
public sealed record Opened(long Stream) : Reply;

/// <summary>An item of a stream: one of these, or none at its end.</summary>
public sealed record Item : Reply
{
    /// <summary>The stream is over.</summary>
    public bool End { get; init; }

    /// <summary>An instance was stored.</summary>
    public StoredFacts? Stored { get; init; }

    /// <summary>A report with this id was attached.</summary>
    public string? ReportAdded { get; init; }

    /// <summary>The study is settled.</summary>
    public bool Settled { get; init; }

    /// <summary>An earlier study.</summary>
    public StudyFacts? Study { get; init; }

    /// <summary>A result of another product.</summary>
    public Result? Result { get; init; }

    /// <summary>The bytes of a mask.</summary>
    public Lease? Data { get; init; }

    /// <summary>A text report.</summary>
    public StudyReport? Report { get; init; }
}

/// <summary>An instance that was stored.</summary>
public sealed record StoredFacts(string Series, string Sop);

/// <summary>A study and the handle that names it in requests.</summary>
public sealed record StudyFacts(long Handle, string Uid);

/// <summary>An open model.</summary>
public sealed record Model(long Handle, string Name, string Version, string Sha256, IReadOnlyList<TensorPort> Inputs, IReadOnlyList<TensorPort> Outputs, JsonElement Parameters) : Reply;

/// <summary>Tensors.</summary>
public sealed record Tensors(IReadOnlyList<TensorFacts> Items) : Reply;

/// <summary>A tensor in shared memory, last index fastest, in the machine's byte order.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="Lease">Where it lies.</param>
/// <param name="Offset">First byte within the lease's file.</param>
/// <param name="Writable">The worker may write to it: true of what it rented, false of what a model gave.</param>
public sealed record TensorFacts(TensorType Element, IReadOnlyList<int> Shape, Lease Lease, long Offset, bool Writable);
