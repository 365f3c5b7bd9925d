using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Archive.Load;
using QureHost.Testing;

namespace QureHost.Archive.Tests;

public sealed class KillTests
{
    private const int Kills = 5;

    [Fact]
    public async Task Given_a_process_killed_while_it_ingests_all_that_it_acknowledged_is_there_and_nothing_half()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = new HashSet<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var news = await IngestAndKillAsync(folder.Path, atLeast: 20 + (kill * 13));
            acknowledged.UnionWith(news);

            await using var archive = await ArchiveStore.OpenAsync(
                new ArchiveOptions { DataDirectory = folder.Path }, TimeProvider.System, NullLoggerFactory.Instance, default);
            var rows = archive.Index.GetWorklist(new WorklistQuery { Sites = ["default"], Limit = 1000 }).Rows
                .SelectMany(s => archive.Index.GetInstances("default", s.StudyUid)).ToDictionary(r => r.SopInstanceUid);
            foreach (var sop in acknowledged)
                AssertWhole(archive, rows[sop]);
            // What was on its way and not acknowledged is whole or not there at all: no row without a file, no file without a row.
            Assert.Equal(rows.Values.Select(r => r.ObjectPath).Order(), ObjectFiles(folder.Path));
            Assert.All(
                archive.Index.GetWorklist(new WorklistQuery { Sites = ["default"], Limit = 1000 }).Rows,
                s => Assert.Equal(rows.Values.Count(r => r.StudyUid == s.StudyUid), s.InstanceCount));
            var told = archive.Events.Read(0, EventFilter.All, 100_000)
                .Sum(e => System.Text.Json.JsonDocument.Parse(e.Data).RootElement.GetProperty("instances").GetInt32());
            Assert.Equal(rows.Count, told);
        }
    }

    private static void AssertWhole(ArchiveStore archive, InstanceRow row)
    {
        var parts = row.SopInstanceUid.Split('.');
        using var stream = archive.Objects.OpenPart10(row);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var expected = Slices.File(int.Parse(parts[3], CultureInfo.InvariantCulture), int.Parse(parts[5], CultureInfo.InvariantCulture), EndlessIngest.Pixels);
        Assert.True(expected.AsSpan().SequenceEqual(bytes), $"{row.SopInstanceUid} is damaged");
    }

    private static IEnumerable<string> ObjectFiles(string folder) => Directory
        .EnumerateFiles(Path.Combine(folder, "objects"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order();

    /// <summary>Lets another process ingest until it has acknowledged some, then kills it in the midst of it.</summary>
    private static async Task<List<string>> IngestAndKillAsync(string folder, int atLeast)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(EndlessIngest).Assembly.Location, "ingest", folder]) { RedirectStandardOutput = true })!;
        var acknowledged = new List<string>();
        try
        {
            // What it wrote before its end can still be read after it.
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                var parts = line.Split(' ');
                // The last line may be cut.
                if (parts is [var study, { Length: > 0 } number] && line.Length > 2)
                    acknowledged.Add(Slices.Sop(int.Parse(study, CultureInfo.InvariantCulture), int.Parse(number, CultureInfo.InvariantCulture)));
                if (acknowledged.Count == atLeast)
                    process.Kill();
            }
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(acknowledged.Count >= atLeast, $"The process ended by itself after {acknowledged.Count}.");
        return acknowledged;
    }
}
