using Microsoft.Win32.SafeHandles;

namespace QureHost.Archive;

/// <summary>Files below the data directory: Part 10 objects of instances, and blobs such as masks of results.</summary>
public sealed class ObjectStore
{
    internal ObjectStore()
    {
    }

    /// <summary>Opens an instance's object for positioned reads (<see cref="RandomAccess"/>).</summary>
    /// <exception cref="ArchiveException">The object is not there (deleted meanwhile) or cannot be read.</exception>
    public SafeFileHandle OpenHandle(string objectPath) => throw new NotImplementedException();

    /// <summary>The Part 10 stream of an instance, seekable, positioned at its beginning.</summary>
    public Stream OpenPart10(InstanceRow instance) => throw new NotImplementedException();

    /// <summary>Keeps bytes durably and returns their id.</summary>
    public Task<string> PutBlobAsync(string site, ReadOnlyMemory<byte> bytes, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>A blob and the site it belongs to; null where there is none.</summary>
    public (string Site, long Length, Stream Content)? OpenBlob(string id) => throw new NotImplementedException();

    public Task DeleteBlobAsync(string id, CancellationToken ct) => throw new NotImplementedException();
}
