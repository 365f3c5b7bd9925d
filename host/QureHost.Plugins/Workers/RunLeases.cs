using System.Runtime.InteropServices;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>The shared memory that one run in a worker holds: given out by number, bounded, and taken back whole when the run ends.</summary>
internal sealed class RunLeases(SharedMemory memory, long limitBytes) : IDisposable
{
    private const int Most = 65_536;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Held> _held = [];
    private long _last;
    private long _bytes;
    private bool _ended;

    /// <summary>Zeroed memory that the worker may write to.</summary>
    public TensorFacts Rent(TensorType type, IReadOnlyList<int> shape)
    {
        Room(SharedTensor.BytesOf(type, shape));
        var tensor = SharedTensor.Rent(memory, type, shape, workersMayWrite: true);
        return Facts(tensor, Hold(tensor.Block, tensor, tensor), writable: true);
    }

    /// <summary>A model's output: as it lies where it is shared already, otherwise copied once.</summary>
    public TensorFacts Give(ITensor output)
    {
        if (output is not SharedTensor shared)
        {
            using (output)
            {
                shared = SharedTensor.Rent(memory, output.Type, output.Shape);
                output.Bytes.Span.CopyTo(shared.Bytes.Span);
            }
        }

        return Facts(shared, Hold(shared.Block, shared, shared), writable: false);
    }

    /// <summary>A slice; the lease ends it.</summary>
    public Lease Give(ISlice slice)
    {
        if (slice is ISharedSlice { Block: var block })
        {
            return Hold(block, slice, null);
        }

        using (slice)
        {
            return Give(MemoryMarshal.AsBytes(slice.Samples.Span));
        }
    }

    /// <summary>Bytes, copied.</summary>
    public Lease Give(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        var block = memory.Rent(bytes.Length);
        bytes.CopyTo(block.Memory.Span);
        return Hold(block, block, null);
    }

    /// <summary>Room for bytes that are filled before they are given.</summary>
    public SharedBlock Prepare(long bytes)
    {
        Room(bytes);
        return memory.Rent(bytes);
    }

    /// <summary>Gives a prepared block.</summary>
    public Lease Give(SharedBlock block) => Hold(block, block, null);

    /// <summary>The tensor of a lease, for as long as the result is not disposed, whatever the worker releases meanwhile.</summary>
    /// <exception cref="ContractException">This run holds no such tensor.</exception>
    public SharedTensor Tensor(long id)
    {
        lock (_gate)
        {
            return _held.TryGetValue(id, out var held) && held.Tensor is { } tensor
                ? new SharedTensor(tensor.Block.AddLease(), tensor.Type, tensor.Shape, tensor.Offset)
                : throw new ContractException($"This run holds no tensor {id}.");
        }
    }

    /// <summary>
    /// A copy of a lease's tensor that the worker cannot write to. A model runs on it: a file that its writer cuts short
    /// while it is read would end whoever reads it.
    /// </summary>
    public SharedTensor Snapshot(long id)
    {
        using var tensor = Tensor(id);
        var copy = SharedTensor.Rent(memory, tensor.Type, tensor.Shape);
        try
        {
            tensor.CopyTo(copy.Bytes.Span);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Ends leases; unknown ones are passed over.</summary>
    public void Release(IReadOnlyList<long> leases)
    {
        foreach (var id in leases)
        {
            Held held;
            lock (_gate)
            {
                if (!_held.Remove(id, out held))
                {
                    continue;
                }

                _bytes -= held.Bytes;
            }

            held.Owner.Dispose();
        }
    }

    public void Dispose()
    {
        Held[] left;
        lock (_gate)
        {
            _ended = true;
            left = [.. _held.Values];
            _held.Clear();
        }

        foreach (var held in left)
        {
            held.Owner.Dispose();
        }
    }

    private void Room(long bytes)
    {
        lock (_gate)
        {
            if (_bytes + bytes > limitBytes)
            {
                throw new ContractException($"This run holds {_bytes >> 20} MB of shared memory; {bytes >> 20} MB more would exceed its limit of {limitBytes >> 20} MB.");
            }
        }
    }

    private Lease Hold(SharedBlock block, IDisposable owner, SharedTensor? tensor)
    {
        lock (_gate)
        {
            if (!_ended && _held.Count < Most)
            {
                _held.Add(++_last, new Held(owner, tensor, block.Length));
                _bytes += block.Length;
                return new Lease(_last, block.Path, block.Length);
            }
        }

        owner.Dispose();
        throw _ended ? new OperationCanceledException("This run has ended.") : new ContractException($"A run holds at most {Most} leases.");
    }

    private static TensorFacts Facts(SharedTensor tensor, Lease lease, bool writable) => new(tensor.Type, tensor.Shape, lease, tensor.Offset, writable);

    private readonly record struct Held(IDisposable Owner, SharedTensor? Tensor, long Bytes);
}
