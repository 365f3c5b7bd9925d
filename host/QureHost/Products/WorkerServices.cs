using QureHost.Pipeline;
using QureHost.Plugins;
using QureHost.Processes;

namespace QureHost.Products;

/// <summary>Plugins in processes of their own, and the shared memory through which they are given frames and tensors.</summary>
internal static class WorkerServices
{
    private const long LeastMemory = 256L << 20;

    public static void AddWorkers(this IServiceCollection services, ServeOptions options)
    {
        var confined = Confinement.CanChangeUser;
        var budget = Budget();
        services.AddSingleton(_ => new SharedMemory(Folder(options, budget, confined), budget, confined ? WorkerOptions.DefaultGroup : null));
        services.AddSingleton(s => new SliceCache(s.GetRequiredService<SharedMemory>(), budget / 4));
        services.AddSingleton(s => new WorkerPool(
            s.GetRequiredService<SharedMemory>(),
            new WorkerOptions
            {
                Assembly = Path.Combine(options.WorkerDirectory, "QureHost.Plugins.Worker.dll"),
                FirstUser = confined ? WorkerOptions.DefaultGroup : null,
                RunBytes = budget / 2,
            },
            s.GetRequiredService<IPluginLedger>(),
            TimeProvider.System,
            s.GetRequiredService<ILogger<WorkerPool>>()));
    }

    /// <summary>Workers with users of their own may not enter the data folder: where memory files have no room, the temporary folder has it.</summary>
    private static string Folder(ServeOptions options, long budget, bool confined)
    {
        var folder = SharedMemory.DirectoryFor(options.DataDirectory, budget);
        return confined && folder.StartsWith(Path.GetFullPath(options.DataDirectory), StringComparison.Ordinal)
            ? Directory.CreateTempSubdirectory("qurehost-shared-").FullName   // which it opens to the workers' group
            : folder;
    }

    /// <summary>A quarter of the machine's memory, 8 GB at most.</summary>
    private static long Budget() => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, LeastMemory, 8L << 30);
}
