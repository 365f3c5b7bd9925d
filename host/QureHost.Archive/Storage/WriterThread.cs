using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace QureHost.Archive;

/// <summary>
/// The one thread that writes to the index. Work that waits while a commit syncs goes together into the next
/// transaction; each piece in a savepoint of its own, so that one that fails takes no other with it. Work is
/// acknowledged after the commit's sync, in commit order.
/// </summary>
internal sealed class WriterThread : IAsyncDisposable
{
    private const int MostInOneCommit = 256;
    private readonly BlockingCollection<WriteItem> queue = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Connection connection;
    private readonly TimeProvider clock;
    private long lastSeq;

    public WriterThread(Connection connection, TimeProvider clock)
    {
        this.connection = connection;
        this.clock = clock;
        // The log may have lost rows at its end, but a number is given once only: AUTOINCREMENT's own count holds too.
        lastSeq = connection.Scalar("SELECT max(coalesce((SELECT max(seq) FROM event), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0))");
        new Thread(Run) { IsBackground = true, Name = "archive writer" }.Start();
    }

    /// <summary>Sequence number of the last committed event.</summary>
    public long LastSeq => Volatile.Read(ref lastSeq);

    /// <summary>Called on the writer's thread after a commit that appended events.</summary>
    public Action? EventsCommitted { get; set; }

    /// <summary>Runs work inside a transaction; completes when that is durable.</summary>
    /// <exception cref="ArchiveException">The index could not commit; the work left nothing.</exception>
    public Task<T> RunAsync<T>(Func<WriteScope, T> work, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<T>(ct);
        var item = new WriteItem<T>(work);
        try
        {
            queue.Add(item, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(ArchiveStore));
        }

        // Once queued it is done, whoever still waits: a caller who gave up must not leave half a change.
        return item.Task;
    }

    public async ValueTask DisposeAsync()
    {
        queue.CompleteAdding();
        await ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        var batch = new List<WriteItem>();
        foreach (var first in queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MostInOneCommit && queue.TryTake(out var next))
                batch.Add(next);
            Commit(batch);
            batch.Clear();
        }

        connection.Dispose();
        ended.SetResult();
    }

    private void Commit(List<WriteItem> batch)
    {
        try
        {
            connection.Execute("BEGIN IMMEDIATE");
            var scope = new WriteScope(connection, clock.GetUtcNow(), lastSeq);
            foreach (var item in batch)
                Execute(item, scope);
            connection.Execute("COMMIT");
            var appended = scope.LastSeq != lastSeq;
            Volatile.Write(ref lastSeq, scope.LastSeq);
            if (appended)
                EventsCommitted?.Invoke();
            foreach (var item in batch)
                item.Acknowledge();
        }
        catch (Exception e)
        {
            RollBack();
            var failure = e is SqliteException sqlite ? SqliteFailure.ToArchive(sqlite) : e;
            foreach (var item in batch)
                item.Fail(failure);
        }
    }

    private void Execute(WriteItem item, WriteScope scope)
    {
        var seq = scope.LastSeq;
        connection.Execute("SAVEPOINT work");
        try
        {
            item.Execute(scope);
        }
        catch (Exception e)
        {
            // The whole transaction is gone where SQLite itself gave up (disk full): then all of the batch fails.
            if (connection.IsAutoCommit)
                throw;
            connection.Execute("ROLLBACK TO work");
            scope.LastSeq = seq;
            item.Fail(e is SqliteException sqlite ? SqliteFailure.ToArchive(sqlite) : e);
        }

        connection.Execute("RELEASE work");
    }

    private void RollBack()
    {
        try
        {
            if (!connection.IsAutoCommit)
                connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // Nothing was committed; the next BEGIN tells whether the index is still usable.
        }
    }

    private abstract class WriteItem
    {
        public abstract void Execute(WriteScope scope);

        public abstract void Acknowledge();

        public abstract void Fail(Exception e);
    }

    private sealed class WriteItem<T>(Func<WriteScope, T> work) : WriteItem
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Task => done.Task;

        public override void Execute(WriteScope scope) => result = work(scope);

        public override void Acknowledge() => done.TrySetResult(result);

        public override void Fail(Exception e) => done.TrySetException(e);
    }
}
