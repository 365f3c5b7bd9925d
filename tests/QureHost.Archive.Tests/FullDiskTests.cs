using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Archive.Load;
using QureHost.Testing;

namespace QureHost.Archive.Tests;

public sealed class FullDiskTests
{
    [Fact]
    public async Task Given_a_volume_that_really_fills_up_ingest_says_so_keeps_what_it_acknowledged_and_goes_on_after_a_deletion()
    {
        using var volume = SmallVolume.TryMount(32);
        Assert.SkipUnless(volume is not null, "a small volume can only be mounted by root");
        var options = new ArchiveOptions { DataDirectory = volume.Path, ReservedBytes = 4 << 20, DiskThreads = 2 };
        var acknowledged = new List<string>();
        await using (var archive = await ArchiveStore.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, default))
        {
            for (var number = 0; ; number++)
            {
                // Four at once: the volume fills up in the midst of a group.
                await using var group = Begin(archive);
                if (group is null)
                    break;
                for (var i = 0; i < 4; i++)
                    await group.AddAsync(Slices.File(1, (4 * number) + i, 512), default);
                var outcomes = await group.CommitAsync(default);
                acknowledged.AddRange(outcomes.Where(o => o.Status == IngestStatus.Stored).Select(o => o.SopInstanceUid!));
                if (outcomes.Any(o => o.Status == IngestStatus.Refused))
                {
                    Assert.All(outcomes.Where(o => o.Status == IngestStatus.Refused), o => Assert.Equal(0xA700, o.FailureReason));
                    break;
                }
            }

            Assert.InRange(acknowledged.Count, 20, 60);
            Assert.Equal(acknowledged.Count, archive.Index.GetStudy("default", "2.25.77.1")!.InstanceCount);
        }

        await using (var archive = await ArchiveStore.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, default))
        {
            Assert.Equal(acknowledged.Order(), archive.Index.GetInstances("default", "2.25.77.1").Select(r => r.SopInstanceUid).Order());
            foreach (var sop in acknowledged.Take(8))
                Assert.Equal(1, await archive.Index.DeleteAsync("default", "2.25.77.1", null, sop, default));
            await using var group = archive.Ingest.Begin("default", "test");
            await group.AddAsync(Slices.File(2, 1, 512), default);
            Assert.Equal(IngestStatus.Stored, Assert.Single(await group.CommitAsync(default)).Status);
        }
    }

    /// <summary>Null where the reserve is all that is left.</summary>
    private static IngestGroup? Begin(ArchiveStore archive)
    {
        try
        {
            return archive.Ingest.Begin("default", "test");
        }
        catch (ArchiveException e) when (e.Error == ArchiveError.DiskFull)
        {
            return null;
        }
    }

    /// <summary>A volume in memory with room for a few slices.</summary>
    private sealed class SmallVolume : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public string Path => folder.Path;

        public static SmallVolume? TryMount(int megabytes)
        {
            var volume = new SmallVolume();
            if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", volume.Path))
                return volume;
            volume.folder.Dispose();
            return null;
        }

        public void Dispose()
        {
            Run("umount", Path);
            folder.Dispose();
        }

        private static bool Run(string command, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
