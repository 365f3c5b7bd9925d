using System.Buffers;
using System.Runtime.InteropServices;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.Worker;

/// <summary>A frame in memory that all workers of the host read.</summary>
internal sealed class LeasedSlice : ISlice
{
    private readonly RunLink _link;
    private readonly SliceFacts _facts;
    private readonly Samples16 _samples;
    private int _ended;

    public LeasedSlice(RunLink link, SliceFacts facts)
    {
        (_link, _facts) = (link, facts);
        Plane = facts.Plane?.ToPlane();
        _samples = new Samples16(link.Map(facts.Samples, writable: false), facts.Rows * facts.Columns);
    }

    public string SopUid => _facts.Sop;

    public int Frame => _facts.Frame;

    public int Rows => _facts.Rows;

    public int Columns => _facts.Columns;

    public Plane? Plane { get; }

    public (double RowMm, double ColumnMm)? Spacing => _facts.Spacing is [var row, var column] ? (row, column) : null;

    public string Unit => _facts.Unit;

    public double Slope => _facts.Slope;

    public double Intercept => _facts.Intercept;

    public bool IsColor => _facts.IsColor;

    public ReadOnlyMemory<short> Samples => Volatile.Read(ref _ended) == 0
        ? _samples.Memory
        : throw new ObjectDisposedException(nameof(ISlice), "The lease of this slice has ended.");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _link.End(_facts.Samples.Id);
        }
    }

    /// <summary>The block's bytes as samples.</summary>
    private sealed class Samples16(SharedBlock block, int count) : MemoryManager<short>
    {
        public override Span<short> GetSpan() => MemoryMarshal.Cast<byte, short>(block.Memory.Span)[..count];

        public override unsafe MemoryHandle Pin(int elementIndex = 0) =>
            new((byte*)block.Memory.Pin().Pointer + (elementIndex * sizeof(short)));   // mapped memory does not move

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
