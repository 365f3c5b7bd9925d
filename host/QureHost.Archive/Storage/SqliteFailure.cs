using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace QureHost.Archive;

/// <summary>SQLite's result codes and the system's errors as <see cref="ArchiveException"/>.</summary>
internal static class SqliteFailure
{
    /// <summary>ENOSPC.</summary>
    public const int NoSpaceLeft = 28;

    public static SqliteException From(sqlite3 connection, int rc) =>
        new($"SQLite error {rc}: {raw.sqlite3_errmsg(connection).utf8_to_string()}", rc & 0xFF, rc);

    public static ArchiveException ToArchive(SqliteException e) => e.SqliteErrorCode == raw.SQLITE_FULL
        ? new ArchiveException(ArchiveError.DiskFull, "The volume of the index is full; free space and send again.", e)
        : new ArchiveException(ArchiveError.InputOutput, $"The index failed: {e.Message}", e);

    public static ArchiveException ToArchive(IOException e) => IsDiskFull(e)
        ? new ArchiveException(ArchiveError.DiskFull, "The volume of the objects is full; free space and send again.", e)
        : new ArchiveException(ArchiveError.InputOutput, $"Writing an object failed: {e.Message}", e);

    /// <summary>ENOSPC and EDQUOT, or their Windows counterparts.</summary>
    public static bool IsDiskFull(IOException e) => (e.HResult & 0xFFFF) is NoSpaceLeft or 122 or 112 or 39;
}
