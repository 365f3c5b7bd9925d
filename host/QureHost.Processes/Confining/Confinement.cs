using System.Globalization;

namespace QureHost.Processes;

/// <summary>
/// What a child gives up before any code of a stranger loads in it. On Linux alone; elsewhere nothing of it holds, and
/// the child says so.
/// </summary>
/// <param name="Uid">The user it becomes, where the host is root; each child its own, so that one cannot open another's memory.</param>
/// <param name="Gid">The group it becomes: that which shared memory is readable for.</param>
/// <param name="DataBytes">The private memory it may have: an allocation beyond fails in the child.</param>
/// <param name="OpenFiles">Files it may hold open.</param>
public sealed record Confinement(int? Uid = null, int? Gid = null, long? DataBytes = null, int OpenFiles = 1024)
{
    /// <summary>True where the host may give its children users of their own.</summary>
    public static bool CanChangeUser => OperatingSystem.IsLinux() && Libc.geteuid() == 0;

    /// <summary>
    /// Why a child with that user could not run from these folders, or null. Asked before it is started: a loader that
    /// may not read its own files fails in words that nobody understands.
    /// </summary>
    /// <param name="folders">The runtime's, the program's, the plugin's.</param>
    public string? WhyNot(IEnumerable<string> folders)
    {
        if (Uid is null && Gid is null)
        {
            return null;
        }

        if (!CanChangeUser)
        {
            return "Only a host that runs as root on Linux can give a process a user of its own.";
        }

        if (Uid is 0 || Gid is 0 || Uid is null || Gid is null)
        {
            return "A process of its own user has a uid and a gid, neither of them root's.";
        }

        return folders.Select(f => FolderAccess.WhyUnreadable(f, Uid.Value, Gid.Value)).FirstOrDefault(why => why is not null);
    }

    /// <summary>As the child's environment carries it.</summary>
    internal string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Uid};{Gid};{DataBytes};{OpenFiles}");

    internal static Confinement Parse(string text)
    {
        var parts = text.Split(';');
        long? Part(int i) => parts[i].Length == 0 ? null : long.Parse(parts[i], CultureInfo.InvariantCulture);
        return new Confinement((int?)Part(0), (int?)Part(1), Part(2), (int)Part(3)!.Value);
    }
}
