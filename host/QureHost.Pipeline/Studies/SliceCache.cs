using System.Runtime.InteropServices;
using QureHost.Imaging;
using QureHost.Plugins;
using QureHost.Processes;
using QureHost.Sdk.Studies;

namespace QureHost.Pipeline;

/// <summary>Names one decoded frame, by the stored object that it is of: what is deleted and stored anew is another.</summary>
internal readonly record struct SliceKey(string ObjectPath, long Offset, int Frame, PixelKind Kind);

/// <summary>
/// Decoded frames in shared memory: decoded once, straight into it, by the first who asks, and read by every product and
/// worker. A frame stays for as long as somebody holds it, and beyond that while there is room: the least recently used
/// goes first.
/// </summary>
public sealed class SliceCache(SharedMemory memory, long keptBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SliceKey, Task<Entry>> _frames = [];
    private readonly LinkedList<(SliceKey Key, Entry Entry)> _order = [];
    private long _bytes;

    /// <summary>Frames decoded so far; a frame that several products read counts once.</summary>
    public long Decoded { get; private set; }

    /// <summary>Bytes of frames that are kept.</summary>
    public long KeptBytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, entry) in _order)
            {
                entry.Block.Dispose();
            }

            _order.Clear();
            _frames.Clear();
            _bytes = 0;
        }
    }

    /// <summary>A lease of a frame.</summary>
    /// <param name="key">Which.</param>
    /// <param name="decode">Decodes into memory that it is given the size of.</param>
    /// <param name="ct">Cancels this caller's wait; the decoding goes on for the others.</param>
    internal async ValueTask<ISlice> GetAsync(SliceKey key, Func<Func<int, Memory<short>>, ValueTask<SliceHeader>> decode, CancellationToken ct)
    {
        while (true)
        {
            Task<Entry>? frame;
            TaskCompletionSource<Entry>? mine = null;
            lock (_gate)
            {
                if (!_frames.TryGetValue(key, out frame))
                {
                    mine = new TaskCompletionSource<Entry>(TaskCreationOptions.RunContinuationsAsynchronously);
                    _frames[key] = frame = mine.Task;
                }
            }

            if (mine is not null)
            {
                await DecodeAsync(key, decode, mine);
            }

            var entry = await frame.WaitAsync(ct);
            lock (_gate)
            {
                // It may have been put out between the two.
                if (_frames.TryGetValue(key, out var now) && ReferenceEquals(now, frame))
                {
                    _order.Remove(entry.Place!);
                    _order.AddLast(entry.Place!);
                    return new CachedSlice(entry.Header, entry.Block.AddLease());
                }
            }
        }
    }

    private async ValueTask DecodeAsync(SliceKey key, Func<Func<int, Memory<short>>, ValueTask<SliceHeader>> decode, TaskCompletionSource<Entry> mine)
    {
        SharedBlock? block = null;
        try
        {
            var header = await decode(samples =>
            {
                block = Rent(samples * sizeof(short));
                return new SampleMemory(block, samples).Memory;
            });
            var entry = new Entry(header, block!);
            lock (_gate)
            {
                Decoded++;
                entry.Place = _order.AddLast((key, entry));
                _bytes += block!.Length;
            }

            mine.SetResult(entry);
        }
        catch (Exception e)
        {
            block?.Dispose();
            lock (_gate)
            {
                _frames.Remove(key);
            }

            mine.SetException(e);
            _ = mine.Task.Exception;   // whoever waits sees it; nobody has to
        }
    }

    private SharedBlock Rent(long bytes)
    {
        MakeRoom(bytes);
        try
        {
            return memory.Rent(bytes);
        }
        catch (SharedMemoryException)
        {
            MakeRoom(keptBytes);   // what is only kept gives way to what is needed
            return memory.Rent(bytes);
        }
    }

    private void MakeRoom(long bytes)
    {
        lock (_gate)
        {
            while (_bytes + bytes > keptBytes && _order.First is { } oldest)
            {
                _order.RemoveFirst();
                _frames.Remove(oldest.Value.Key);
                _bytes -= oldest.Value.Entry.Block.Length;
                oldest.Value.Entry.Block.Dispose();   // those who hold it keep it
            }
        }
    }

    private sealed class Entry(SliceHeader header, SharedBlock block)
    {
        public SliceHeader Header { get; } = header;

        public SharedBlock Block { get; } = block;

        public LinkedListNode<(SliceKey, Entry)>? Place { get; set; }
    }

    /// <summary>A frame's block as samples.</summary>
    private sealed class SampleMemory(SharedBlock block, int count) : System.Buffers.MemoryManager<short>
    {
        public override Span<short> GetSpan() => MemoryMarshal.Cast<byte, short>(block.Memory.Span)[..count];

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("A decoder writes to a span.");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>One lease of a frame.</summary>
    private sealed class CachedSlice(SliceHeader header, SharedBlock block) : ISharedSlice
    {
        private int _ended;

        public SharedBlock Block => block;

        public string SopUid => header.SopUid;

        public int Frame => header.Frame;

        public int Rows => header.Rows;

        public int Columns => header.Columns;

        public Plane? Plane => header.Plane;

        public (double RowMm, double ColumnMm)? Spacing => header.Spacing;

        public string Unit => header.Unit;

        public double Slope => header.Slope;

        public double Intercept => header.Intercept;

        public bool IsColor => header.IsColor;

        public ReadOnlyMemory<short> Samples => _ended == 0
            ? new SampleMemory(block, header.Rows * header.Columns).Memory
            : throw new ObjectDisposedException(nameof(ISlice), "The lease of this slice has ended.");

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                block.Dispose();
            }
        }
    }
}
