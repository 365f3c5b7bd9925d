using System.Collections.Concurrent;

namespace QureHost.Archive;

/// <summary>Threads that wait for the disk, so that the pool's threads need not: writes and syncs of many files side by side.</summary>
internal sealed class DiskThreads : IDisposable
{
    private readonly BlockingCollection<Action> queue = [];

    public DiskThreads(int count)
    {
        for (var i = 0; i < count; i++)
            new Thread(Run) { IsBackground = true, Name = $"archive disk {i}" }.Start();
    }

    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    public void Dispose() => queue.CompleteAdding();

    private void Run()
    {
        foreach (var work in queue.GetConsumingEnumerable())
            work();
    }
}
