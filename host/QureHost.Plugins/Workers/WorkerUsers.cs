using System.Collections.Concurrent;
using QureHost.Processes;

namespace QureHost.Plugins;

/// <summary>Gives each plugin a user of its own where the host may, so that no worker can open another's memory or files.</summary>
internal sealed class WorkerUsers(WorkerOptions options)
{
    private readonly ConcurrentDictionary<string, int> _users = new(StringComparer.Ordinal);
    private int _next;

    public Confinement Of(string plugin)
    {
        // Backed by the watched limit: the kernel's is above it, for what is mapped and not used.
        var data = options.MemoryBytes * 2;
        return options.FirstUser is { } first && Confinement.CanChangeUser
            ? new Confinement(_users.GetOrAdd(plugin, _ => first + Interlocked.Increment(ref _next) - 1), options.Group, data)
            : new Confinement(DataBytes: data);
    }
}
