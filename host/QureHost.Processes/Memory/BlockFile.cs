using Microsoft.Win32.SafeHandles;

namespace QureHost.Processes;

/// <summary>Makes the file of a block: rights first, then every byte of it.</summary>
internal static class BlockFile
{
    public static SafeFileHandle Create(string path, int bytes, int? workerGid, bool workersMayWrite)
    {
        if (OperatingSystem.IsWindows())
        {
            // Not tested there: rights are those of the folder, and the file's length is its allocation.
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.None, preallocationSize: bytes);
        }

        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        });
        Allocate(stream, bytes);
        if (workerGid is { } gid)
        {
            Libc.Check(Libc.chown(path, -1, gid), "chown");
            var write = workersMayWrite ? UnixFileMode.GroupWrite : UnixFileMode.None;
            File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | write);
        }

        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    private static void Allocate(FileStream stream, int bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            // It returns the error instead of setting errno.
            var error = Libc.posix_fallocate(stream.SafeFileHandle, 0, bytes);
            if (error != 0)
            {
                throw new SharedMemoryException(error == Libc.ENOSPC
                    ? $"{bytes >> 10} KB of shared memory cannot be had: the file system of {Path.GetDirectoryName(stream.Name)} is full."
                    : $"{bytes >> 10} KB of shared memory cannot be had in {Path.GetDirectoryName(stream.Name)}: error {error}.");
            }

            return;
        }

        // Elsewhere written out: slower, and as sure.
        var zeros = new byte[Math.Min(bytes, 1 << 20)];
        for (var left = bytes; left > 0; left -= zeros.Length)
        {
            stream.Write(zeros, 0, Math.Min(left, zeros.Length));
        }

        stream.Flush();
    }
}
