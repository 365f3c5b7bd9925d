namespace QureHost.Processes;

/// <summary>Gives a file or a folder to a child's user.</summary>
public static class Ownership
{
    /// <summary>Makes a folder that its user alone may enter.</summary>
    /// <exception cref="IOException">It cannot be made or given away.</exception>
    public static void MakePrivateFolder(string path, Confinement? confinement)
    {
        Directory.CreateDirectory(path);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (confinement is { Uid: { } uid, Gid: { } gid } && OperatingSystem.IsLinux())
        {
            Libc.Check(Libc.chown(path, uid, gid), "chown");
        }
    }
}
