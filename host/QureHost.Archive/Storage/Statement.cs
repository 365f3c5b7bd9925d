using System.Text;
using SQLitePCL;

namespace QureHost.Archive;

/// <summary>
/// A prepared statement of the hot paths: bound by position, read as spans over SQLite's own pages. Everything else
/// goes through Dapper.
/// </summary>
internal sealed class Statement(sqlite3 connection, string sql) : IDisposable
{
    private readonly sqlite3 connection = connection;
    private readonly sqlite3_stmt statement = Prepare(connection, sql);

    public Statement Bind(int at, long value)
    {
        raw.sqlite3_bind_int64(statement, at, value);
        return this;
    }

    public Statement Bind(int at, long? value)
    {
        if (value is { } number)
            raw.sqlite3_bind_int64(statement, at, number);
        else
            raw.sqlite3_bind_null(statement, at);
        return this;
    }

    public Statement Bind(int at, string? value)
    {
        if (value is null)
            raw.sqlite3_bind_null(statement, at);
        else
            raw.sqlite3_bind_text(statement, at, value);
        return this;
    }

    public Statement Bind(int at, ReadOnlySpan<byte> blob)
    {
        if (blob.IsEmpty)
            raw.sqlite3_bind_zeroblob(statement, at, 0);
        else
            raw.sqlite3_bind_blob(statement, at, blob);
        return this;
    }

    public Statement BindNullable(int at, byte[]? blob)
    {
        if (blob is null)
            raw.sqlite3_bind_null(statement, at);
        else
            Bind(at, blob);
        return this;
    }

    /// <summary>Steps to the next row; false at the end.</summary>
    public bool Step()
    {
        var rc = raw.sqlite3_step(statement);
        return rc switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw SqliteFailure.From(connection, rc),
        };
    }

    /// <summary>Runs a statement that has no rows and makes it ready for the next use.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int32(int column) => (int)raw.sqlite3_column_int64(statement, column);

    public int? NullableInt32(int column) => IsNull(column) ? null : Int32(column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Bytes of a column, good until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose() => statement.Dispose();

    private static sqlite3_stmt Prepare(sqlite3 connection, string sql)
    {
        var rc = raw.sqlite3_prepare_v2(connection, sql, out var statement);
        return rc == raw.SQLITE_OK ? statement : throw SqliteFailure.From(connection, rc);
    }
}
