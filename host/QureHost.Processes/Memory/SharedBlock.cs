using Microsoft.Win32.SafeHandles;

namespace QureHost.Processes;

/// <summary>
/// A piece of shared memory: a file, allocated in full before use, that is mapped by whoever is told its path. Counted by
/// lease: the one who rented it holds the first; the last one to end takes the file away.
/// </summary>
public sealed class SharedBlock : IDisposable
{
    private readonly SharedMemory? _owner;
    private readonly SafeFileHandle _handle;
    private readonly Lazy<MappedMemory> _mapping;
    private int _leases = 1;

    internal SharedBlock(string path, SafeFileHandle handle, int length, bool writable, SharedMemory? owner, bool othersMayWrite = false)
    {
        (Path, _handle, Length, _owner, OthersMayWrite) = (path, handle, length, owner, othersMayWrite);
        _mapping = new Lazy<MappedMemory>(() => new MappedMemory(_handle, length, writable));
    }

    /// <summary>Full path of its file: who knows it may map it.</summary>
    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>
    /// A worker may write to it, and so may cut its file short: touching the mapping of a file that was cut is a SIGBUS,
    /// so the host reads such a block by <see cref="CopyTo"/> alone.
    /// </summary>
    public bool OthersMayWrite { get; }

    /// <summary>The bytes, mapped on first use.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public Memory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _leases) <= 0, this);
            return _mapping.Value.Memory;
        }
    }

    /// <summary>Maps a block that another process made.</summary>
    /// <param name="path">As it was told.</param>
    /// <param name="length">As it was told; checked against the file.</param>
    /// <param name="writable">Whether it will be written.</param>
    /// <exception cref="SharedMemoryException">There is no such block, it may not be opened, or its file is shorter.</exception>
    public static SharedBlock Open(string path, long length, bool writable)
    {
        if (length is <= 0 or > SharedMemory.LargestBlock)
        {
            throw new SharedMemoryException($"A block of {length} bytes cannot be mapped; a block has 1 to {SharedMemory.LargestBlock}.");
        }

        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var actual = RandomAccess.GetLength(handle);
            if (actual < length)
            {
                throw new SharedMemoryException($"A block was said to have {length} bytes; its file has {actual}.");
            }

            return new SharedBlock(path, handle, (int)length, writable, owner: null);
        }
        catch (Exception e)
        {
            handle?.Dispose();
            throw e is SharedMemoryException ? e : new SharedMemoryException($"A block of shared memory cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Copies bytes out without touching the mapping: safe from a writer who cuts the file short.</summary>
    /// <exception cref="SharedMemoryException">The block is shorter than that now.</exception>
    public void CopyTo(Span<byte> target, long offset = 0)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _leases) <= 0, this);
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(_handle, target, offset);
            if (read == 0)
            {
                throw new SharedMemoryException($"A block of {Length} bytes was cut short to {offset}.");
            }

            target = target[read..];
            offset += read;
        }
    }

    /// <summary>One more holder; each ends its lease by <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The last lease has ended already.</exception>
    public SharedBlock AddLease()
    {
        int leases;
        do
        {
            leases = Volatile.Read(ref _leases);
            ObjectDisposedException.ThrowIf(leases <= 0, this);
        }
        while (Interlocked.CompareExchange(ref _leases, leases + 1, leases) != leases);
        return this;
    }

    /// <summary>Ends one lease.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _leases) != 0)
        {
            return;
        }

        if (_mapping.IsValueCreated)
        {
            ((IDisposable)_mapping.Value).Dispose();
        }

        _handle.Dispose();
        _owner?.Return(this);
    }
}
