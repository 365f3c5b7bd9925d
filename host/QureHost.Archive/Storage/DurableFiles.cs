using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace QureHost.Archive;

/// <summary>The system calls that make bytes and names survive a power cut.</summary>
internal static partial class DurableFiles
{
    private const int OpenDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC on Linux (O_RDONLY is 0)

    /// <summary>The file's bytes and length are on the medium on return (fdatasync; times do not matter).</summary>
    public static void SyncData(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (FDataSync(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != EInterrupted)
                throw Failure(error, "fdatasync");
        }
    }

    /// <summary>The names in a directory are on the medium on return. Windows keeps names in its journal by itself.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = OpenForRead(path, OperatingSystem.IsLinux() ? OpenDirectory : 0);
        if (descriptor < 0)
            throw Failure(Marshal.GetLastPInvokeError(), "open of a directory");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (FSync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != EInterrupted)
                throw Failure(error, "fsync of a directory");
        }
    }

    private const int EInterrupted = 4;

    private static IOException Failure(int error, string call) =>
        new($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenForRead(string path, int flags);
}
