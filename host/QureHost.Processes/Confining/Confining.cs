using System.Runtime.InteropServices;

namespace QureHost.Processes;

/// <summary>The child's side of <see cref="Confinement"/>.</summary>
internal static class Confining
{
    /// <summary>Gives up what it says, and names what took effect.</summary>
    /// <exception cref="IOException">Something asked for could not be had: the child must not go on.</exception>
    public static IReadOnlyList<string> Apply(Confinement wanted)
    {
        if (!OperatingSystem.IsLinux())
        {
            return ["not confined: only Linux has the means"];
        }

        var done = new List<string>();
        OfferToTheOutOfMemoryKiller(done);
        Limit(Libc.RLIMIT_CORE, 0, "no core files", done); // a core file would hold patients' images
        Limit(Libc.RLIMIT_NOFILE, (ulong)wanted.OpenFiles, $"{wanted.OpenFiles} open files", done);
        if (wanted.DataBytes is { } bytes)
        {
            Limit(Libc.RLIMIT_DATA, (ulong)bytes, $"{bytes >> 20} MB of private memory", done);
        }

        BecomeUser(wanted, done);

        // The kernel clears it whenever the user changes (prctl(2)), so it comes after that.
        Libc.Check(Libc.prctl(Libc.PR_SET_PDEATHSIG, Libc.SIGKILL, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)");
        NoNewPrivileges(done);
        return done;
    }

    /// <summary>Where the machine runs out of memory, a worker goes before the host.</summary>
    private static void OfferToTheOutOfMemoryKiller(List<string> done)
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "800");
            done.Add("goes first when memory runs out");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not here; the limits below still hold.
        }
    }

    private static void Limit(int resource, ulong value, string name, List<string> done)
    {
        Libc.Check(Libc.getrlimit(resource, out var now), "getrlimit");
        var limit = (nuint)Math.Min(value, now.Hard);
        Libc.Check(Libc.setrlimit(resource, new Libc.RLimit { Soft = limit, Hard = limit }), $"setrlimit ({name})");
        done.Add(name);
    }

    private static unsafe void BecomeUser(Confinement wanted, List<string> done)
    {
        if (wanted.Uid is not { } uid || wanted.Gid is not { } gid)
        {
            return;
        }

        // The C library's own calls change every thread of the process. Groups first: afterwards it may no more.
        Libc.Check(Libc.setgroups(0, null), "setgroups");
        Libc.Check(Libc.setgid(gid), "setgid");
        Libc.Check(Libc.setuid(uid), "setuid");
        if (Libc.setuid(0) == 0)
        {
            throw new IOException("The process could become root again.");
        }

        done.Add($"user {uid}, group {gid}");
    }

    /// <summary>
    /// <c>prctl</c> alone binds the calling thread; the runtime has others already. A seccomp filter that allows
    /// everything, set with TSYNC, binds them all (seccomp(2): the other threads get no_new_privs too).
    /// </summary>
    private static unsafe void NoNewPrivileges(List<string> done)
    {
        Libc.Check(Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
        var number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 317,
            Architecture.Arm64 => 277,
            _ => -1,
        };
        const int setModeFilter = 1;
        const int tsync = 1;
        var allow = new FilterStep { Code = 0x06 /* RET */, Value = 0x7FFF_0000 /* ALLOW */ };
        var program = new FilterProgram { Count = 1, Steps = &allow };
        done.Add(number > 0 && Libc.syscall(number, setModeFilter, tsync, &program) == 0
            ? "no new privileges"
            : "no new privileges (main thread and what it starts)");
    }

    private struct FilterStep
    {
        public ushort Code;
        public byte True;
        public byte False;
        public uint Value;
    }

    private unsafe struct FilterProgram
    {
        public ushort Count;
        public FilterStep* Steps;
    }
}
