using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace QureHost.Processes;

/// <summary>What .NET has no call for.</summary>
internal static unsafe partial class Libc
{
    public const int ENOSPC = 28;
    public const int SIGKILL = 9;
    public const int PR_SET_PDEATHSIG = 1;
    public const int PR_SET_NO_NEW_PRIVS = 38;
    public const int RLIMIT_DATA = 2;
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NOFILE = 7;

    [LibraryImport("libc")]
    public static partial int posix_fallocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chown(string path, int owner, int group);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setrlimit(int resource, in RLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrlimit(int resource, out RLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setgroups(nuint count, int* groups);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setgid(int gid);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setuid(int uid);

    [LibraryImport("libc")]
    public static partial int geteuid();

    [LibraryImport("libc")]
    public static partial int getppid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setpgid(int pid, int group);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint a, nint b, void* c);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int folder, string path, int flags, uint mask, byte* answer);

    public static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw new IOException($"{call}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    public struct RLimit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
