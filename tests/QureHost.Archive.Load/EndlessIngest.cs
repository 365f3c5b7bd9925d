using Microsoft.Extensions.Logging.Abstractions;

namespace QureHost.Archive.Load;

/// <summary>Three senders without end; a line goes out only after the commit that it stands for.</summary>
public static class EndlessIngest
{
    public const int Pixels = 64;
    private const int Group = 5;

    public static async Task RunAsync(string folder)
    {
        await using var archive = await ArchiveStore.OpenAsync(new ArchiveOptions { DataDirectory = folder }, TimeProvider.System, NullLoggerFactory.Instance, default);
        var first = archive.Index.GetWorklist(new WorklistQuery { Sites = ["default"], Limit = 10_000 }).Rows.Count;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(sender => Task.Run(() => SendAsync(archive, first + sender))));
    }

    /// <summary>One group, then <c>acknowledged</c>: for looking at the system calls in between.</summary>
    public static async Task OnceAsync(string folder, int count)
    {
        await using var archive = await ArchiveStore.OpenAsync(new ArchiveOptions { DataDirectory = folder }, TimeProvider.System, NullLoggerFactory.Instance, default);
        await using var group = archive.Ingest.Begin("default", "load");
        for (var i = 0; i < count; i++)
            await group.AddAsync(Slices.File(1, i, Pixels), default);
        await group.CommitAsync(default);
        Console.Out.Write("acknowledged\n");
        Console.Out.Flush();
    }

    private static async Task SendAsync(ArchiveStore archive, int study)
    {
        for (var number = 0; ; number += Group)
        {
            await using var group = archive.Ingest.Begin("default", "load");
            for (var i = 0; i < Group; i++)
                await group.AddAsync(Slices.File(study, number + i, Pixels), default);
            var outcomes = await group.CommitAsync(default);
            var lines = string.Concat(outcomes.Where(o => o.Status == IngestStatus.Stored).Select(o => $"{study} {o.SopInstanceUid!.Split('.')[^1]}\n"));
            lock (Console.Out)
            {
                Console.Out.Write(lines);
                Console.Out.Flush();
            }
        }
    }
}
