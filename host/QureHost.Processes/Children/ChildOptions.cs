using System.Runtime.InteropServices;

namespace QureHost.Processes;

/// <summary>How a child process is started.</summary>
public sealed record ChildOptions
{
    /// <summary>Its name in logs and messages.</summary>
    public required string Name { get; init; }

    /// <summary>The program.</summary>
    public required string FileName { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Its own folder.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Its whole environment, but for what carries the connection: nothing of the host's is inherited, secrets least of all.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Private memory above which it is ended. The managed heap is given the same limit where the environment names none,
    /// so that a managed hog gets an OutOfMemoryException first.
    /// </summary>
    public long? MemoryBytes { get; init; }

    /// <summary>What it gives up before <see cref="ChildSide.ConnectAsync"/> returns in it.</summary>
    public Confinement Confinement { get; init; } = new();

    /// <summary>How long it may take to start and connect.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest frame of its channel.</summary>
    public int LargestFrame { get; init; } = 16 << 20;

    /// <summary>The <c>dotnet</c> that this process runs on, for children of the same runtime.</summary>
    public static string DotNet { get; } = FindDotNet();

    /// <summary>Options that run an assembly by the same <c>dotnet</c> as the host.</summary>
    public static ChildOptions ForAssembly(string name, string assembly, string workingDirectory, params IEnumerable<string> arguments) => new()
    {
        Name = name,
        FileName = DotNet,
        Arguments = [assembly, .. arguments],
        WorkingDirectory = workingDirectory,
    };

    private static string FindDotNet()
    {
        // {root}/shared/Microsoft.NETCore.App/{version}/
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var path = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(path) ? path : "dotnet";
    }
}
