using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using QureHost.Dicom;
using SQLitePCL;

namespace QureHost.Archive;

/// <summary>A connection to the index with its prepared statements. Used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private const int KeptStatements = 64;
    private readonly Dictionary<string, Statement> statements = [];

    private Connection(SqliteConnection sqlite) => Sqlite = sqlite;

    /// <summary>For Dapper.</summary>
    public SqliteConnection Sqlite { get; }

    public sqlite3 Handle => Sqlite.Handle!;

    /// <summary>True while no transaction is open: SQLite ends one by itself when the disk fails.</summary>
    public bool IsAutoCommit => raw.sqlite3_get_autocommit(Handle) != 0;

    public static Connection Open(string path, bool writer)
    {
        var sqlite = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = writer ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        var connection = new Connection(sqlite);
        try
        {
            sqlite.Open();
            if (writer)
            {
                // FULL: the log is synced at every commit. The log is copied back at 4,000 pages, so that a burst of
                // ingest pays for a checkpoint every few thousand instances and not every few.
                connection.Execute("PRAGMA journal_mode=WAL");
                connection.Execute("PRAGMA synchronous=FULL");
                connection.Execute("PRAGMA wal_autocheckpoint=4000");
                connection.Execute("PRAGMA journal_size_limit=268435456");
            }

            raw.sqlite3_create_function(connection.Handle, StoredMatch.Function, 4, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, Match);
            connection.Execute("PRAGMA busy_timeout=10000");
            connection.Execute("PRAGMA temp_store=MEMORY");
            connection.Execute(writer ? "PRAGMA cache_size=-65536" : "PRAGMA cache_size=-8192");
            connection.Execute("PRAGMA mmap_size=1073741824");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The statement of this SQL, reset, prepared once a connection.</summary>
    public Statement Prepare(string sql)
    {
        if (statements.TryGetValue(sql, out var known))
        {
            known.Reset();
            return known;
        }

        if (statements.Count >= KeptStatements)
            DropStatements();

        return statements[sql] = new Statement(Handle, sql);
    }

    /// <summary>The one number that this SQL answers; 0 for no row.</summary>
    public long Scalar(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? statement.Int64(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Execute(string sql)
    {
        var rc = raw.sqlite3_exec(Handle, sql);
        if (rc != raw.SQLITE_OK)
            throw SqliteFailure.From(Handle, rc);
    }

    public void ResetStatements()
    {
        foreach (var statement in statements.Values)
            statement.Reset();
    }

    /// <summary>Forgets prepared statements, such as those on a table that goes away.</summary>
    public void DropStatements()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        statements.Clear();
    }

    private static void Match(sqlite3_context context, object state, sqlite3_value[] arguments)
    {
        // Nothing may be thrown through SQLite: JSON that cannot be read does not match.
        bool matches;
        try
        {
            matches = StoredMatch.Matches(
                raw.sqlite3_value_blob(arguments[0]),
                Encoding.ASCII.GetBytes(raw.sqlite3_value_text(arguments[1]).utf8_to_string()),
                Enum.Parse<DicomVr>(raw.sqlite3_value_text(arguments[2]).utf8_to_string()),
                raw.sqlite3_value_text(arguments[3]).utf8_to_string());
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException or FormatException)
        {
            matches = false;
        }

        raw.sqlite3_result_int(context, matches ? 1 : 0);
    }

    public void Dispose()
    {
        DropStatements();
        Sqlite.Dispose();
    }
}
