using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace QureHost.Archive;

/// <summary>The index's file: one writer thread, and readers that see the last commit and wait for nobody.</summary>
internal sealed class Database : IAsyncDisposable
{
    private const int KeptReaders = 16;
    private readonly ConcurrentBag<Connection> readers = [];
    private readonly string path;
    private volatile bool closing;

    private Database(string path, WriterThread writer)
    {
        this.path = path;
        Writer = writer;
    }

    public WriterThread Writer { get; }

    public static Database Open(string path, TimeProvider clock, ILogger logger)
    {
        Connection? connection = null;
        try
        {
            connection = Connection.Open(path, writer: true);
            Migrations.Apply(connection, clock, logger);
            return new Database(path, new WriterThread(connection, clock));
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw SqliteFailure.ToArchive(e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Reads on the calling thread: SQLite has no asynchronous input.</summary>
    public T Read<T>(Func<Connection, T> read)
    {
        var connection = readers.TryTake(out var kept) ? kept : null;
        try
        {
            connection ??= Connection.Open(path, writer: false);
            var result = read(connection);
            Return(connection);
            return result;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw SqliteFailure.ToArchive(e);
        }
        catch
        {
            // A statement may stand half-way: the connection is not used again.
            connection?.Dispose();
            throw;
        }
    }

    public Task<T> WriteAsync<T>(Func<WriteScope, T> write, CancellationToken ct) => Writer.RunAsync(write, ct);

    /// <summary>Readers first: the last connection to close is the writer's, which then copies the log back and removes it.</summary>
    public async ValueTask DisposeAsync()
    {
        closing = true;
        while (readers.TryTake(out var reader))
            reader.Dispose();
        await Writer.DisposeAsync().ConfigureAwait(false);
        while (readers.TryTake(out var late))
            late.Dispose();
    }

    private void Return(Connection connection)
    {
        if (readers.Count >= KeptReaders || closing)
        {
            connection.Dispose();
            return;
        }

        // A statement that stands at a row keeps its reader in the past, and the log from being copied back.
        connection.ResetStatements();
        readers.Add(connection);
    }
}
