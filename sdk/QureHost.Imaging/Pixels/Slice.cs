using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>What is known of a slice beside its samples.</summary>
public sealed record SliceHeader(
    string SopUid, int Frame, int Rows, int Columns, Plane? Plane, (double RowMm, double ColumnMm)? Spacing, string Unit, double Slope, double Intercept, bool IsColor);

/// <summary>A decoded frame in memory of its own; a lease over other memory where <paramref name="release"/> is given.</summary>
public sealed class Slice(SliceHeader header, ReadOnlyMemory<short> samples, IDisposable? release = null) : ISlice
{
    public SliceHeader Header { get; } = header;

    public string SopUid => Header.SopUid;

    public int Frame => Header.Frame;

    public int Rows => Header.Rows;

    public int Columns => Header.Columns;

    public Plane? Plane => Header.Plane;

    public (double RowMm, double ColumnMm)? Spacing => Header.Spacing;

    public string Unit => Header.Unit;

    public double Slope => Header.Slope;

    public double Intercept => Header.Intercept;

    public bool IsColor => Header.IsColor;

    public ReadOnlyMemory<short> Samples { get; } = samples;

    public void Dispose() => release?.Dispose();
}
