using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace QureHost.Archive.Tests;

public sealed class RecoveryTests
{
    [Fact]
    public async Task Given_an_object_that_no_row_names_the_next_start_removes_it_and_keeps_the_others()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        var blob = await given.Archive.Objects.PutBlobAsync("default", new byte[] { 1, 2, 3 }, default);
        var folder = Path.GetDirectoryName(Path.Combine(given.Data, given.Files()[0]))!;
        await File.WriteAllTextAsync(Path.Combine(folder, "0123456789abcdef0123456789abcdef.dcm"), "cut off");
        Assert.Equal(3, given.Files().Length);

        await given.ReopenAsync();

        Assert.Equal(2, given.Files().Length);
        using var stream = given.Archive.Objects.OpenPart10(given.Archive.Index.FindInstance("default", "1.2.3")!);
        Assert.True(stream.Length > 0);
        using var content = given.Archive.Objects.OpenBlob(blob)!.Value.Content;
        Assert.Equal(3, content.Length);
    }

    [Fact]
    public async Task Given_hours_before_the_clean_mark_recovery_does_not_look_into_them()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        var old = Path.Combine(Path.GetDirectoryName(Path.Combine(given.Data, given.Files()[0]))!, "0123456789abcdef0123456789abcdef.dcm");
        await File.WriteAllTextAsync(old, "left from before");
        given.Clock.Advance(TimeSpan.FromHours(2));
        await given.IngestAsync(Make.Ct("1.2.4"));

        await given.ReopenAsync();

        Assert.True(File.Exists(old));
        Assert.Equal(2, given.Archive.Index.GetStudy("default", Make.Study)!.InstanceCount);
    }

    [Fact]
    public async Task Given_a_clock_that_was_set_back_new_objects_are_still_seen_by_recovery()
    {
        await using var given = await Given.ArchiveAsync();
        given.Clock.Advance(TimeSpan.FromHours(5));
        await given.IngestAsync(Make.Ct("1.2.3"));
        await given.ReopenAsync();
        given.Clock.AutoAdvanceAmount = TimeSpan.Zero;
        var back = new BackwardClock(given.Clock.GetUtcNow().AddHours(-3));
        await given.Archive.DisposeAsync();
        await using var archive = await ArchiveStore.OpenAsync(given.Options, back, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, default);
        await using var group = archive.Ingest.Begin("default", "test");
        await group.AddAsync(Make.Ct("1.2.4").Bytes(), default);
        await group.CommitAsync(default);

        Assert.StartsWith("objects/default/2026/11/25/15/", archive.Index.FindInstance("default", "1.2.4")!.ObjectPath);
    }

    [Fact]
    public async Task Given_a_clean_stop_the_log_is_copied_back_into_the_index_and_goes()
    {
        await using var given = await Given.ArchiveAsync();
        await given.IngestAsync(Make.Ct("1.2.3"));
        Assert.NotNull(given.Archive.Index.FindInstance("default", "1.2.3"));
        Assert.NotEmpty(Directory.GetFiles(given.Data, "*.db-wal", SearchOption.AllDirectories));

        await given.Archive.DisposeAsync();

        Assert.Empty(Directory.GetFiles(given.Data, "*.db-wal", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Given_a_second_archive_on_the_same_folder_it_is_turned_away()
    {
        await using var given = await Given.ArchiveAsync();

        var e = await Assert.ThrowsAsync<ArchiveException>(() =>
            ArchiveStore.OpenAsync(given.Options, given.Clock, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, default));

        Assert.Equal(ArchiveError.InUse, e.Error);
    }

    [Fact]
    public async Task Given_an_index_of_a_newer_version_it_is_not_touched()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.DisposeAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(given.Data, "index.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=999";
            command.ExecuteNonQuery();
        }

        var e = await Assert.ThrowsAsync<ArchiveException>(given.OpenAsync);

        Assert.Equal(ArchiveError.NewerSchema, e.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Given_a_disk_that_fills_up_the_part_is_refused_for_lack_of_resources_and_keeps_nothing(bool large)
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.DisposeAsync();
        if (large)
            given.Options = given.Options with { InMemoryBytes = 64 << 10 };
        FailingDisk? disk = null;
        await given.OpenAsync((o, f, d, l) => disk = new FailingDisk(o, f, d, given.Clock, l));
        var big = Make.Ct("1.2.4");
        big.AddBytes(0x00420011, Dicom.DicomVr.OB, new byte[300_000]);
        disk!.Left = 100_000;
        await using var group = given.Archive.Ingest.Begin("default", "test");
        await group.AddAsync(new MemoryStream(Make.Ct("1.2.3").Bytes()), default);
        await group.AddAsync(new MemoryStream(big.Bytes()), default);

        var outcomes = await group.CommitAsync(default);

        Assert.Equal([IngestStatus.Stored, IngestStatus.Refused], outcomes.Select(o => o.Status));
        Assert.Equal(0xA700, outcomes[1].FailureReason);
        Assert.Single(given.Files());
        Assert.Equal(1, given.Archive.Index.GetStudy("default", Make.Study)!.InstanceCount);
    }

    [Fact]
    public async Task Given_a_sync_that_fails_the_part_is_refused_and_keeps_nothing()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.DisposeAsync();
        await given.OpenAsync((o, f, d, l) => new FailingDisk(o, f, d, given.Clock, l) { SyncFails = true });

        var outcome = Assert.Single(await given.IngestAsync(Make.Ct("1.2.3")));

        Assert.Equal((IngestStatus.Refused, (ushort)0x0110), (outcome.Status, outcome.FailureReason));
        Assert.Empty(given.Files());
        Assert.Equal(0, given.Archive.Events.LastSeq);
    }

    [Fact]
    public async Task Given_less_free_space_than_the_reserve_ingest_does_not_begin()
    {
        await using var given = await Given.ArchiveAsync();
        await given.Archive.DisposeAsync();
        await given.OpenAsync((o, f, d, l) => new FailingDisk(o, f, d, given.Clock, l) { Free = 1000 });

        var e = Assert.Throws<ArchiveException>(() => given.Archive.Ingest.Begin("default", "test"));

        Assert.Equal(ArchiveError.DiskFull, e.Error);
    }

    private sealed class BackwardClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>A disk with little room, or one whose syncs fail.</summary>
    private sealed class FailingDisk(ArchiveOptions options, ObjectFolders folders, DiskThreads disk, TimeProvider clock, ILogger logger)
        : IngestContext(options, folders, disk, clock, logger)
    {
        private const int NoSpaceLeft = 28;

        public long Left { get; set; } = long.MaxValue;

        public long Free { get; init; } = long.MaxValue;

        public bool SyncFails { get; init; }

        public override long FreeBytes() => Free;

        public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long at)
        {
            Left -= bytes.Length;
            if (Left < 0)
            {
                // What fits is written, as the system does.
                base.Write(file, bytes[..(bytes.Length / 2)], at);
                throw new IOException("No space left on device", NoSpaceLeft);
            }

            base.Write(file, bytes, at);
        }

        public override void Sync(SafeFileHandle file)
        {
            if (SyncFails)
                throw new IOException("Input/output error", 5);
            base.Sync(file);
        }
    }
}
