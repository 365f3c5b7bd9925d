using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace QureHost.Processes;

/// <summary>
/// Blocks of memory that processes share: files in one folder, best on a memory file system. Each is allocated in full
/// before use, since a sparse file that overruns its file system is a SIGBUS in whoever touches it. The names are 128
/// random bits in a folder that others may enter and not list: who was told a name may map the block. Between processes
/// of one and the same user that is no wall.
/// </summary>
public sealed class SharedMemory : IDisposable
{
    /// <summary>The largest block: what one span can hold.</summary>
    public const long LargestBlock = 0x7FFF_F000;

    private const string Suffix = ".block";
    private readonly string _directory;
    private readonly long _budget;
    private readonly int? _workerGid;
    private readonly Lock _gate = new();
    private readonly HashSet<SharedBlock> _blocks = [];
    private long _used;
    private bool _closed;

    /// <param name="directory">The folder; made where absent. Swept: what lies in it from before is taken away.</param>
    /// <param name="budget">Bytes that all blocks may have together.</param>
    /// <param name="workerGid">The group that workers run in, where they have a user of their own.</param>
    /// <exception cref="SharedMemoryException">The folder cannot be made.</exception>
    public SharedMemory(string directory, long budget, int? workerGid = null)
    {
        (_directory, _budget, _workerGid) = (Path.GetFullPath(directory), budget, workerGid);
        try
        {
            Directory.CreateDirectory(_directory);
            if (!OperatingSystem.IsWindows())
            {
                var enter = workerGid is null ? UnixFileMode.None : UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
                File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | enter);
            }

            Sweep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SharedMemoryException($"The folder {_directory} cannot be used for shared memory: {e.Message}", e);
        }
    }

    /// <summary>Bytes that blocks have now.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Blocks that are leased now.</summary>
    public int Blocks
    {
        get
        {
            lock (_gate)
            {
                return _blocks.Count;
            }
        }
    }

    /// <summary>Where a host keeps it: on the memory file system where that has room for the budget, otherwise in the data folder.</summary>
    public static string DirectoryFor(string dataDirectory, long budget)
    {
        const string memory = "/dev/shm"; // 64 MB in a container that says nothing else
        try
        {
            if (OperatingSystem.IsLinux() && new DriveInfo(memory).AvailableFreeSpace > budget)
            {
                var key = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(dataDirectory))))[..12];
                return Path.Combine(memory, $"qurehost-{key}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No such file system here.
        }

        return Path.Combine(dataDirectory, "shared-memory");
    }

    /// <summary>Leases zeroed memory.</summary>
    /// <param name="bytes">Size.</param>
    /// <param name="workersMayWrite">Workers may write to it, not only read it.</param>
    /// <exception cref="SharedMemoryException">Over the budget, too large, or the folder is full.</exception>
    public SharedBlock Rent(long bytes, bool workersMayWrite = false)
    {
        if (bytes is <= 0 or > LargestBlock)
        {
            throw new SharedMemoryException($"A block of {bytes} bytes cannot be had; a block has 1 to {LargestBlock}.");
        }

        if (Interlocked.Add(ref _used, bytes) > _budget)
        {
            Interlocked.Add(ref _used, -bytes);
            throw new SharedMemoryException($"{bytes >> 10} KB of shared memory would exceed the budget of {_budget >> 20} MB; {UsedBytes >> 20} MB are in use.");
        }

        try
        {
            return Make((int)bytes, workersMayWrite);
        }
        catch
        {
            Interlocked.Add(ref _used, -bytes);
            throw;
        }
    }

    /// <summary>Takes away files that no block of this object uses: those of a host that ended without warning.</summary>
    public void Sweep()
    {
        HashSet<string> live;
        lock (_gate)
        {
            live = [.. _blocks.Select(b => b.Path)];
        }

        foreach (var file in Directory.EnumerateFiles(_directory, "*" + Suffix).Where(f => !live.Contains(f)))
        {
            File.Delete(file);
        }
    }

    /// <summary>Takes every block's file away; mappings that others hold stay valid until they end.</summary>
    public void Dispose()
    {
        SharedBlock[] left;
        lock (_gate)
        {
            _closed = true;
            left = [.. _blocks];
        }

        foreach (var block in left)
        {
            Return(block);
        }

        try
        {
            Directory.Delete(_directory);
        }
        catch (IOException)
        {
            // Something else lies in it: it is not ours to take.
        }
    }

    internal void Return(SharedBlock block)
    {
        lock (_gate)
        {
            if (!_blocks.Remove(block))
            {
                return;
            }
        }

        File.Delete(block.Path);
        Interlocked.Add(ref _used, -block.Length);
    }

    private SharedBlock Make(int bytes, bool workersMayWrite)
    {
        var path = Path.Combine(_directory, RandomNumberGenerator.GetHexString(32, lowercase: true) + Suffix);
        SafeFileHandle? handle = null;
        try
        {
            handle = BlockFile.Create(path, bytes, _workerGid, workersMayWrite);
            var block = new SharedBlock(path, handle, bytes, writable: true, this, workersMayWrite);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                _blocks.Add(block);
            }

            return block;
        }
        catch (Exception e)
        {
            handle?.Dispose();
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            throw e is IOException and not SharedMemoryException or UnauthorizedAccessException
                ? new SharedMemoryException($"{bytes >> 10} KB of shared memory cannot be had in {_directory}: {e.Message}", e)
                : e;
        }
    }
}
