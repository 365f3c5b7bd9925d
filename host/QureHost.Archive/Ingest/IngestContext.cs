using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace QureHost.Archive;

/// <summary>What groups and parts share: folders, disk threads and the memory budget. Tests put a failing disk in its place.</summary>
internal partial class IngestContext(ArchiveOptions options, ObjectFolders folders, DiskThreads disk, TimeProvider clock, ILogger logger)
{
    public ArchiveOptions Options { get; } = options;

    public DiskThreads Disk { get; } = disk;

    public ObjectFolders Folders { get; } = folders;

    public TimeProvider Clock { get; } = clock;

    public ByteBudget Budget { get; } = new(options.InFlightBytes);

    /// <summary>Free bytes of the volume, for this user.</summary>
    public virtual long FreeBytes() => new DriveInfo(Folders.FullPath("")).AvailableFreeSpace;

    /// <summary>Keeps the reserve: a deletion, too, needs room for the index's log.</summary>
    /// <exception cref="IOException">The volume has less left than the reserve.</exception>
    public void KeepReserve()
    {
        if (FreeBytes() < Options.ReservedBytes)
            throw new IOException("Only the reserve is left on the volume.", SqliteFailure.NoSpaceLeft);
    }

    public string NewObject(string site) => Folders.NewObject(site, Clock.GetUtcNow(), ".dcm");

    public SafeFileHandle CreateObject(string objectPath) =>
        File.OpenHandle(Folders.FullPath(objectPath), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(file, bytes, at);

    public virtual void Sync(SafeFileHandle file) => DurableFiles.SyncData(file);

    /// <summary>Writes a whole object and syncs it; what went wrong is the answer, and then nothing is left.</summary>
    public ArchiveException? WriteObject(string objectPath, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        try
        {
            KeepReserve();
            var file = CreateObject(objectPath);
            try
            {
                if (!head.IsEmpty)
                    Write(file, head, 0);
                Write(file, body, head.Length);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            return SyncObject(objectPath, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(objectPath);
            return FailureOf(e);
        }
    }

    /// <summary>Syncs and closes an object that is written.</summary>
    public ArchiveException? SyncObject(string objectPath, SafeFileHandle file)
    {
        try
        {
            using (file)
                Sync(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(objectPath);
            return FailureOf(e);
        }
    }

    /// <summary>Unlinks an object; one that stays is swept after the next start.</summary>
    public void Remove(string objectPath)
    {
        try
        {
            File.Delete(Folders.FullPath(objectPath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(logger, objectPath, e);
        }
    }

    public static ArchiveException FailureOf(Exception e) => e is IOException io
        ? SqliteFailure.ToArchive(io) : new ArchiveException(ArchiveError.InputOutput, "The object store cannot be written.", e);

    public static ushort ReasonOf(ArchiveException e) => e.Error == ArchiveError.DiskFull ? FailureReasons.OutOfResources : FailureReasons.ProcessingFailure;

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "Object {Path} could not be removed")]
    private static partial void LogNotRemoved(ILogger logger, string path, Exception e);
}
