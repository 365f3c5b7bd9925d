using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.Worker;

/// <summary>A tensor in memory that the host shares.</summary>
internal sealed class LeasedTensor(RunLink link, TensorFacts facts) : ITensor
{
    private SharedTensor? _tensor = new(link.Map(facts.Lease, facts.Writable), facts.Element, facts.Shape, facts.Offset);

    /// <summary>The lease's id on the wire.</summary>
    public long Lease => _tensor is not null ? facts.Lease.Id : throw Over();

    public TensorType Type => facts.Element;

    public IReadOnlyList<int> Shape => facts.Shape;

    public Memory<byte> Bytes => (_tensor ?? throw Over()).Bytes;

    public Span<T> Span<T>()
        where T : unmanaged => (_tensor ?? throw Over()).Span<T>();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _tensor, null) is not null)
        {
            link.End(facts.Lease.Id);   // which ends the block's one lease here, too
        }
    }

    private static ObjectDisposedException Over() => new(nameof(ITensor), "The lease of this tensor has ended.");
}
