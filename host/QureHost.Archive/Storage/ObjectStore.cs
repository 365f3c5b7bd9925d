using Microsoft.Win32.SafeHandles;

namespace QureHost.Archive;

/// <summary>Files below the data directory: Part 10 objects of instances, and blobs such as masks of results.</summary>
public sealed class ObjectStore
{
    private readonly Database database;
    private readonly IngestContext context;
    private readonly RecoveryMark mark;

    internal ObjectStore(Database database, IngestContext context, RecoveryMark mark)
    {
        this.database = database;
        this.context = context;
        this.mark = mark;
    }

    /// <summary>Opens an instance's object for positioned reads (<see cref="RandomAccess"/>).</summary>
    /// <exception cref="ArchiveException">The object is not there (deleted meanwhile) or cannot be read.</exception>
    public SafeFileHandle OpenHandle(string objectPath)
    {
        try
        {
            // A reader never stands in the way of a deletion.
            return File.OpenHandle(context.Folders.FullPath(objectPath), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArchiveException(ArchiveError.NotFound, "The object is not there: its instance was deleted.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveException(ArchiveError.InputOutput, "The object cannot be read.", e);
        }
    }

    /// <summary>The Part 10 stream of an instance, seekable, positioned at its beginning.</summary>
    public Stream OpenPart10(InstanceRow instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return new HandleStream(OpenHandle(instance.ObjectPath), instance.Offset, instance.Length, ownsHandle: true);
    }

    /// <summary>Keeps bytes durably and returns their id.</summary>
    public async Task<string> PutBlobAsync(string site, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var begun = mark.Enter();
        try
        {
            var path = context.Folders.NewObject(site, context.Clock.GetUtcNow(), ".bin");
            var failure = await context.Disk.RunAsync(() =>
            {
                var failed = context.WriteObject(path, default, bytes.Span);
                if (failed is null)
                    DurableFiles.SyncDirectory(context.Folders.FullPath(Path.GetDirectoryName(path)!));
                return failed;
            }).ConfigureAwait(false);
            if (failure is not null)
                throw failure;
            var id = Path.GetFileNameWithoutExtension(path);
            await database.WriteAsync(
                scope => scope.Execute(
                    "INSERT INTO blob (id, site, object, length, created_at) VALUES (@id, @site, @path, @length, @now)",
                    new { id, site, path, length = bytes.Length, now = scope.NowMs }),
                CancellationToken.None).ConfigureAwait(false);
            return id;
        }
        finally
        {
            mark.Leave(begun);
        }
    }

    /// <summary>A blob and the site it belongs to; null where there is none.</summary>
    public (string Site, long Length, Stream Content)? OpenBlob(string id)
    {
        var found = database.Read(c =>
        {
            var s = c.Prepare("SELECT site, length, object FROM blob WHERE id = ?").Bind(1, id);
            var row = s.Step() ? (Site: s.Text(0), Length: s.Int64(1), Path: s.Text(2)) : default;

            // A statement left on its row keeps the connection's snapshot: every later read on it would be of the past.
            s.Reset();
            return row;
        });
        return found.Path is null ? null
            : (found.Site, found.Length, new HandleStream(OpenHandle(found.Path), 0, found.Length, ownsHandle: true));
    }

    /// <summary>Deletes a blob; nothing where there is none.</summary>
    public async Task DeleteBlobAsync(string id, CancellationToken ct)
    {
        var path = await database.WriteAsync(
            scope =>
            {
                var found = scope.QuerySingle<string>("DELETE FROM blob WHERE id = @id RETURNING object", new { id });
                if (found is not null)
                    scope.Execute("INSERT OR IGNORE INTO removal (path) VALUES (@found)", new { found });
                return found;
            },
            ct).ConfigureAwait(false);
        if (path is not null)
            await RemoveAsync([path]).ConfigureAwait(false);
    }

    /// <summary>Unlinks objects that stand in the table of removals, and then takes them off it.</summary>
    internal async Task RemoveAsync(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
            return;
        foreach (var path in paths)
            context.Remove(path);
        await database.WriteAsync(
            scope =>
            {
                foreach (var path in paths.Where(p => !File.Exists(context.Folders.FullPath(p))))
                    scope.Connection.Prepare("DELETE FROM removal WHERE path = ?").Bind(1, path).Run();
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
    }
}
