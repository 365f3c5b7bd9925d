using QureHost.Processes;

namespace QureHost.Plugins;

/// <summary>Where one worker works: a folder of its own, and the plugin's code where its user can read it.</summary>
internal sealed class WorkerFolder : IDisposable
{
    private readonly Confinement _confinement;
    private readonly string _program;

    private WorkerFolder(string path, string code, string program, Confinement confinement) => (Path, Code, _program, _confinement) = (path, code, program, confinement);

    /// <summary>The worker's own folder; gone with it.</summary>
    public string Path { get; }

    /// <summary>The folder to load the plugin from.</summary>
    public string Code { get; }

    /// <param name="root">Folder that workers may enter.</param>
    /// <param name="plugin">What it will load.</param>
    /// <param name="confinement">Who it will be.</param>
    /// <param name="options">The program.</param>
    public static WorkerFolder Make(string root, Plugin plugin, Confinement confinement, WorkerOptions options)
    {
        var path = System.IO.Path.Combine(root, $"{plugin.Id}-{Guid.NewGuid().ToString("N")[..8]}");
        Ownership.MakePrivateFolder(path, confinement);

        // Code in a folder that the worker's user may not enter, an administrator's home or the data folder, is lent as a copy.
        var lent = System.IO.Path.Combine(root, "code");
        var program = System.IO.Path.GetDirectoryName(options.Assembly)!;
        return new WorkerFolder(
            path,
            Readable(plugin.Folder, lent, $"{plugin.Id}-{plugin.Version}", confinement),
            System.IO.Path.Combine(Readable(program, lent, "worker", confinement), System.IO.Path.GetFileName(options.Assembly)),
            confinement);
    }

    /// <summary>How to start a process here. Its environment is what stands here and nothing of the host's.</summary>
    public ChildOptions ChildOptions(string name, WorkerOptions options) => Processes.ChildOptions.ForAssembly(name, _program, Path) with
    {
        Environment = new Dictionary<string, string>
        {
            ["HOME"] = Path,
            ["TMPDIR"] = Path,
            ["PATH"] = "/usr/bin:/bin",
            ["LANG"] = "C.UTF-8",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_DbgEnableMiniDump"] = "0",
        },
        MemoryBytes = options.MemoryBytes,
        ConnectTimeout = options.LoadTimeout,
        Confinement = _confinement,
    };

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Swept with the root, when the host ends.
        }
    }

    private static string Readable(string folder, string lent, string name, Confinement confinement)
    {
        if (confinement.Uid is null || confinement.WhyNot([folder]) is null)
        {
            return folder;
        }

        var copy = System.IO.Path.Combine(lent, name);
        lock (typeof(WorkerFolder))
        {
            if (!Directory.Exists(copy))
            {
                var fresh = copy + ".new";
                foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                {
                    var target = System.IO.Path.Combine(fresh, System.IO.Path.GetRelativePath(folder, file));
                    Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                    File.Copy(file, target, overwrite: true);
                    if (!OperatingSystem.IsWindows())
                    {
                        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                    }
                }

                Directory.Move(fresh, copy);
            }
        }

        return copy;
    }
}
