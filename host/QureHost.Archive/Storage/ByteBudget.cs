namespace QureHost.Archive;

/// <summary>Bytes of memory that parts on their way to disk may hold together. Waiters are served in order.</summary>
internal sealed class ByteBudget
{
    private readonly long total;
    private readonly Lock gate = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Granted)> waiting = [];
    private long free;

    public ByteBudget(long total) => this.total = free = total;

    /// <summary>Takes bytes, waiting for others to give theirs back.</summary>
    public ValueTask TakeAsync(long bytes)
    {
        lock (gate)
        {
            if (waiting.Count == 0 && TakeNow(bytes))
                return ValueTask.CompletedTask;
            var granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue((bytes, granted));
            return new ValueTask(granted.Task);
        }
    }

    /// <summary>Takes bytes if they are free; one who holds some must not wait for more.</summary>
    public bool TryTake(long bytes)
    {
        lock (gate)
        {
            return waiting.Count == 0 && TakeNow(bytes);
        }
    }

    public void Give(long bytes)
    {
        lock (gate)
        {
            free += bytes;
            while (waiting.TryPeek(out var first) && TakeNow(first.Bytes))
                waiting.Dequeue().Granted.SetResult();
        }
    }

    private bool TakeNow(long bytes)
    {
        // One that alone is larger than the whole budget goes when nobody else holds any.
        if (bytes > free && free < total)
            return false;
        free -= bytes;
        return true;
    }
}
