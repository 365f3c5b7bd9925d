using QureHost.Plugins.Protocol;
using QureHost.Processes;

namespace QureHost.Plugins.Worker;

/// <summary>One run's part of the link, with the shared memory that it holds.</summary>
internal sealed class RunLink(HostLink link, string run) : IDisposable
{
    private readonly Dictionary<long, SharedBlock> _blocks = [];
    private readonly Lock _gate = new();
    private bool _ended;

    public Task<T> AskAsync<T>(Request request, CancellationToken ct)
        where T : Reply => link.AskAsync<T>(request with { Run = run }, ct);

    /// <summary>Asks where the contract has no time for waiting: attributes and lists, which the host answers from its index.</summary>
    public T Ask<T>(Request request)
        where T : Reply => AskAsync<T>(request, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Maps a lease.</summary>
    public SharedBlock Map(Lease lease, bool writable)
    {
        var block = SharedBlock.Open(lease.Path, lease.Length, writable);
        lock (_gate)
        {
            if (_ended)
            {
                block.Dispose();
                throw new OperationCanceledException("This run has ended.");
            }

            _blocks.Add(lease.Id, block);
        }

        return block;
    }

    /// <summary>Ends leases.</summary>
    public void End(params IReadOnlyList<long> leases)
    {
        var ended = new List<long>(leases.Count);
        lock (_gate)
        {
            foreach (var id in leases)
            {
                if (_blocks.Remove(id, out var block))
                {
                    block.Dispose();
                    ended.Add(id);
                }
            }
        }

        if (ended.Count > 0)
        {
            _ = TellAsync(ended);
        }
    }

    /// <summary>Unmaps what the product left: its run is over, and the host has taken its leases back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var block in _blocks.Values)
            {
                block.Dispose();
            }

            _blocks.Clear();
        }
    }

    private async Task TellAsync(List<long> leases)
    {
        try
        {
            await link.SendAsync(new Release(run, leases));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The host is gone, and this process with it.
        }
    }
}
