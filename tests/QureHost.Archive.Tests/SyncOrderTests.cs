using System.Diagnostics;
using System.Text.RegularExpressions;
using QureHost.Archive.Load;
using QureHost.Testing;

namespace QureHost.Archive.Tests;

public sealed partial class SyncOrderTests
{
    [Fact]
    public async Task Files_their_directory_and_the_log_are_synced_in_this_order_before_the_acknowledgement()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "strace is not installed");
        using var folder = new TemporaryFolder();
        const int files = 3;

        var calls = await TraceAsync(folder.Path, files);

        var acknowledged = calls.FindIndex(c => c.Contains("\"acknowledged\\n\"", StringComparison.Ordinal));
        Assert.True(acknowledged > 0, "the acknowledgement was not seen");
        var objects = calls.Take(acknowledged).Select((call, at) => (call, at)).Where(c => SyncedObject().IsMatch(c.call)).ToList();
        Assert.Equal(files, objects.Select(o => SyncedObject().Match(o.call).Value).Distinct().Count());
        var directory = calls.FindLastIndex(acknowledged, c => SyncedFolder().IsMatch(c));
        var log = calls.FindLastIndex(acknowledged, c => SyncedLog().IsMatch(c));
        Assert.True(objects[^1].at < directory && directory < log && log < acknowledged, $"objects {objects[^1].at}, directory {directory}, log {log}, acknowledgement {acknowledged}");
        // No object is written to after its sync.
        foreach (var (call, at) in objects)
        {
            var path = ObjectPath().Match(call).Value;
            Assert.DoesNotContain(calls.Skip(at + 1), c => c.Contains("write", StringComparison.Ordinal) && c.Contains(path, StringComparison.Ordinal));
        }
    }

    /// <summary>Completed calls in the order they ended, with the names of their files.</summary>
    private static async Task<List<string>> TraceAsync(string folder, int files)
    {
        var trace = Path.Combine(folder, "trace");
        using var process = Process.Start(new ProcessStartInfo(
            "strace", ["-f", "-y", "-s", "32", "-o", trace, "-e", "trace=fsync,fdatasync,write,pwrite64,pwritev", "dotnet", typeof(EndlessIngest).Assembly.Location, "once", Path.Combine(folder, "data"), $"{files}"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.SkipUnless(process.ExitCode == 0, "strace may not trace here");
        var begun = new Dictionary<string, string>();
        var calls = new List<string>();
        foreach (var line in await File.ReadAllLinesAsync(trace))
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                begun[thread] = line;
            else if (line.Contains("resumed>", StringComparison.Ordinal) && begun.Remove(thread, out var start))
                calls.Add(start + line);
            else
                calls.Add(line);
        }

        return calls;
    }

    [GeneratedRegex(@"f(data)?sync\(\d+<[^>]*/objects/default/\d{4}/\d\d/\d\d/\d\d/[0-9a-f]{32}\.dcm>")]
    private static partial Regex SyncedObject();

    [GeneratedRegex(@"/objects/default/\d{4}/\d\d/\d\d/\d\d/[0-9a-f]{32}\.dcm")]
    private static partial Regex ObjectPath();

    [GeneratedRegex(@"fsync\(\d+<[^>]*/objects/default/\d{4}/\d\d/\d\d/\d\d>")]
    private static partial Regex SyncedFolder();

    [GeneratedRegex(@"f(data)?sync\(\d+<[^>]*/index\.db-wal>")]
    private static partial Regex SyncedLog();
}
