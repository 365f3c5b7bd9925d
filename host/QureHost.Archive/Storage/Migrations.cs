using Microsoft.Extensions.Logging;

namespace QureHost.Archive;

/// <summary>
/// Steps of the index's schema, in order, each in a transaction of its own; <c>PRAGMA user_version</c> counts those
/// done. A step that has been released is never changed: a new one is added.
/// </summary>
internal static partial class Migrations
{
    private static readonly string[] Steps = [.. typeof(Migrations).Assembly.GetManifestResourceNames()
        .Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static int Latest => Steps.Length;

    public static void Apply(Connection connection, TimeProvider clock, ILogger logger)
    {
        var version = (int)connection.Scalar("PRAGMA user_version");
        if (version > Steps.Length)
        {
            throw new ArchiveException(ArchiveError.NewerSchema,
                $"The index has schema {version}, this program knows up to {Steps.Length}: start the newer QureHost that wrote it.");
        }

        for (; version < Steps.Length; version++)
        {
            var started = clock.GetTimestamp();
            connection.Execute("BEGIN IMMEDIATE");
            connection.Execute(Text(Steps[version]));
            connection.Execute($"PRAGMA user_version={version + 1}");
            connection.Execute("COMMIT");
            LogMigrated(logger, Steps[version], clock.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private static string Text(string step)
    {
        using var reader = new StreamReader(typeof(Migrations).Assembly.GetManifestResourceStream(step)!);
        return reader.ReadToEnd();
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "Index brought to {Step} in {Milliseconds} ms")]
    private static partial void LogMigrated(ILogger logger, string step, double milliseconds);
}
