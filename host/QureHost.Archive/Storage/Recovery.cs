using Dapper;
using Microsoft.Extensions.Logging;

namespace QureHost.Archive;

/// <summary>
/// What a start has to put right after a crash: objects that were written but never committed, from the mark's hour
/// on, and objects of committed deletions.
/// </summary>
internal static partial class Recovery
{
    /// <summary>Removes what no row names; returns how many objects went.</summary>
    public static async Task<int> RunAsync(Database database, IngestContext context, DateTimeOffset mark, ILogger logger)
    {
        var removed = await FinishRemovalsAsync(database, context).ConfigureAwait(false);
        var found = FilesFrom(context, mark);
        var unknown = found.Count == 0 ? found : await UnknownAsync(database, found).ConfigureAwait(false);
        foreach (var path in unknown)
            context.Remove(path);
        var hour = RecoveryMark.HourOf(context.Clock.GetUtcNow());
        await database.WriteAsync(
            scope =>
            {
                RecoveryMark.Write(scope, hour > mark ? hour : mark);
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
        if (unknown.Count + removed > 0)
            LogSwept(logger, unknown.Count, removed);
        return unknown.Count + removed;
    }

    private static async Task<int> FinishRemovalsAsync(Database database, IngestContext context)
    {
        var paths = await database.WriteAsync(scope => scope.Query<string>("SELECT path FROM removal"), CancellationToken.None).ConfigureAwait(false);
        foreach (var path in paths)
            context.Remove(path);
        await database.WriteAsync(scope => scope.Execute("DELETE FROM removal"), CancellationToken.None).ConfigureAwait(false);
        return paths.Count;
    }

    private static List<string> FilesFrom(IngestContext context, DateTimeOffset mark)
    {
        var files = new List<string>();
        var root = context.Folders.FullPath("objects");
        if (!Directory.Exists(root))
            return files;
        foreach (var site in Directory.EnumerateDirectories(root))
        {
            foreach (var hour in ObjectFolders.HoursFrom(site, mark))
                files.AddRange(Directory.EnumerateFiles(hour).Select(f => Path.GetRelativePath(context.Folders.FullPath(""), f).Replace('\\', '/')));
        }

        return files;
    }

    /// <summary>Asks the index itself for every single file: what it knows is never touched.</summary>
    private static Task<List<string>> UnknownAsync(Database database, List<string> files) => database.WriteAsync(
        scope =>
        {
            scope.Execute("CREATE TEMP TABLE found (path TEXT PRIMARY KEY) WITHOUT ROWID");
            foreach (var file in files)
                scope.Connection.Prepare("INSERT INTO found (path) VALUES (?)").Bind(1, file).Run();
            scope.Execute("DELETE FROM found WHERE path IN (SELECT object FROM instance)");
            scope.Execute("DELETE FROM found WHERE path IN (SELECT object FROM blob)");
            var unknown = scope.Connection.Sqlite.Query<string>("SELECT path FROM found").AsList();
            scope.Connection.DropStatements();
            scope.Execute("DROP TABLE found");
            return unknown;
        },
        CancellationToken.None);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Information, Message = "Removed {Unknown} objects that were never committed and {Deleted} of finished deletions")]
    private static partial void LogSwept(ILogger logger, int unknown, int deleted);
}
