using Microsoft.Win32.SafeHandles;
using QureHost.Archive;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>
/// Objects kept open between requests: a viewer asks for the frames of one object one by one. Bounded; the one unused longest is
/// closed first, and what nobody used for a while is closed at the next use, so that a deleted object gives its room back.
/// </summary>
internal sealed class ObjectHandles(ArchiveStore archive, DicomWebOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new(); // last used first

    /// <summary>An open object; the lease is given back when its bytes are sent.</summary>
    public Lease Rent(string objectPath)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(objectPath, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return Use(known.Value);
            }
        }

        var handle = archive.Objects.OpenHandle(objectPath); // outside the lock: this goes to the disk
        lock (_lock)
        {
            if (_entries.TryGetValue(objectPath, out var other))
            {
                handle.Dispose();
                return Use(other.Value);
            }

            _entries[objectPath] = _byUse.AddFirst(new Entry(objectPath, handle));
            var lease = Use(_byUse.First!.Value);
            CloseSurplus();
            return lease;
        }
    }

    public void Dispose() => CloseAll();

    /// <summary>Closes what nobody uses now, and the rest when it is given back: deleted objects take room as long as they are open.</summary>
    public void CloseAll()
    {
        lock (_lock)
        {
            while (_byUse.Last is not null)
            {
                Forget(_byUse.Last);
            }
        }
    }

    private Lease Use(Entry entry)
    {
        entry.Users++;
        entry.LastUse = clock.GetTimestamp();
        return new Lease(this, entry);
    }

    private void CloseSurplus()
    {
        while (_byUse.Last is { } last && (_byUse.Count > options.OpenObjects || clock.GetElapsedTime(last.Value.LastUse) > Idle))
        {
            Forget(last);
        }
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Path);
        node.Value.Forgotten = true;
        if (node.Value.Users == 0)
        {
            node.Value.Handle.Dispose();
        }
    }

    private void Return(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
            entry.LastUse = clock.GetTimestamp();
            if (entry is { Forgotten: true, Users: 0 })
            {
                entry.Handle.Dispose();
            }
        }
    }

    internal readonly struct Lease(ObjectHandles owner, Entry entry) : IDisposable
    {
        public SafeFileHandle Handle => entry.Handle;

        public void Dispose() => owner.Return(entry);
    }

    internal sealed class Entry(string path, SafeFileHandle handle)
    {
        public string Path => path;

        public SafeFileHandle Handle => handle;

        public int Users { get; set; }

        public long LastUse { get; set; }

        public bool Forgotten { get; set; }
    }
}
