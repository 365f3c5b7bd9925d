using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using QureHost.Sdk;
using QureHost.Sdk.Manifests;

namespace QureHost.Plugins;

/// <summary>How large a package may be.</summary>
public sealed record PackageLimits
{
    /// <summary>Bytes of the package as it comes.</summary>
    public long PackageBytes { get; init; } = 4L << 30;

    /// <summary>Bytes of all its files, unpacked.</summary>
    public long UnpackedBytes { get; init; } = 8L << 30;

    /// <summary>Files.</summary>
    public int Files { get; init; } = 5000;
}

/// <summary>
/// A plugin in one file: a ZIP of its folder (manifest, assemblies, models) with <c>checksums.json</c>. Packing refuses
/// what is missing or unlisted; unpacking trusts nothing: names, sizes and hashes are checked before a byte counts.
/// </summary>
public static class PluginPackage
{
    private const int SymbolicLink = 0xA000;
    private const int FileKind = 0xF000;
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Packs a plugin's folder. The same folder gives the same bytes.</summary>
    /// <returns>The manifest, and how many files were packed.</returns>
    /// <exception cref="PackageException">Something is missing or unlisted; all of it is told.</exception>
    public static async Task<(PluginManifest Manifest, int Files)> WriteAsync(string folder, Stream package, CancellationToken ct)
    {
        var manifest = PluginContents.ReadManifest(folder);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Where(f => f is not (PackageList.Name or "disabled"))
            .Order(StringComparer.Ordinal).ToArray();
        var problems = new List<string>(PluginContents.Problems(folder, manifest, files));
        problems.AddRange(files.Where(f => !PackageList.IsPath(f)).Select(f => $"{f} cannot be the name of a packed file."));
        problems.AddRange(files.Where(f => File.ResolveLinkTarget(Path.Combine(folder, f), returnFinalTarget: false) is not null).Select(f => $"{f} is a link."));
        if (problems.Count > 0)
        {
            throw new PackageException(problems);
        }

        var listed = new Dictionary<string, PackageFile>(StringComparer.Ordinal);
        using var zip = new ZipArchive(package, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var file in files)
        {
            await using var from = File.OpenRead(Path.Combine(folder, file));
            var entry = zip.CreateEntry(file, CompressionLevel.Optimal);
            entry.LastWriteTime = Epoch;
            await using var to = await entry.OpenAsync(ct);
            var (hash, bytes) = await CopyAsync(from, to, long.MaxValue, ct);
            listed.Add(file, new PackageFile(hash, bytes));
        }

        var list = zip.CreateEntry(PackageList.Name, CompressionLevel.Optimal);
        list.LastWriteTime = Epoch;
        await using (var to = await list.OpenAsync(ct))
        {
            await to.WriteAsync(new PackageList(PackageList.CurrentFormat, manifest.Id, manifest.Version, listed).Write(), ct);
        }

        return (manifest, files.Length);
    }

    /// <summary>Unpacks into a folder that does not exist yet; it is there whole and checked, or not at all.</summary>
    /// <param name="package">A seekable stream.</param>
    /// <param name="folder">The plugin's folder to be.</param>
    /// <param name="limits">How large it may be.</param>
    /// <param name="ct">Gives up; nothing is left behind.</param>
    /// <exception cref="PackageException">It is no package, is damaged, or holds what a plugin must not.</exception>
    public static async Task<PluginManifest> ExtractAsync(Stream package, string folder, PackageLimits limits, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        try
        {
            using var zip = await OpenAsync(package, ct);
            var list = await ReadListAsync(zip, limits, ct);
            foreach (var (path, told) in list.Files)
            {
                var target = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await using var from = await zip.GetEntry(path)!.OpenAsync(ct);
                await using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                var (hash, bytes) = await CopyAsync(from, to, told.Bytes, ct);
                if (bytes != told.Bytes || !string.Equals(hash, told.Sha256, StringComparison.OrdinalIgnoreCase))
                {
                    throw new PackageException($"{path} is not the file that {PackageList.Name} names: the package is damaged or was changed.");
                }
            }

            var manifest = PluginContents.ReadManifest(folder);
            if (manifest.Id != list.Id || manifest.Version != list.Version)
            {
                throw new PackageException($"{PackageList.Name} is of {list.Id} {list.Version}; plugin.json is of {manifest.Id} {manifest.Version}.");
            }

            if (!SdkRange.TryParse(manifest.Sdk, out var range) || !range.Contains(SdkVersion.Current))
            {
                throw new PackageException($"{manifest.Id} {manifest.Version} is made for SDK {manifest.Sdk}; this host has {SdkVersion.Current}.");
            }

            var problems = PluginContents.Problems(folder, manifest, list.Files.Keys);
            return problems.Count == 0 ? manifest : throw new PackageException(problems);
        }
        catch (Exception e)
        {
            Directory.Delete(folder, recursive: true);
            if (e is InvalidDataException or EndOfStreamException or NotSupportedException)
            {
                throw new PackageException($"The package is damaged: {e.Message}");
            }

            throw;
        }
    }

    private static async Task<ZipArchive> OpenAsync(Stream package, CancellationToken ct)
    {
        try
        {
            return await ZipArchive.CreateAsync(package, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, ct);
        }
        catch (InvalidDataException e)
        {
            throw new PackageException($"This is no plugin package (a ZIP file): {e.Message}");
        }
    }

    /// <summary>The list, held against the ZIP's own directory: both name the same files, once each, under names that stay in the folder.</summary>
    private static async Task<PackageList> ReadListAsync(ZipArchive zip, PackageLimits limits, CancellationToken ct)
    {
        if (zip.Entries.Count > limits.Files + 1)
        {
            throw new PackageException($"The package holds more than {limits.Files} files.");
        }

        if (zip.GetEntry(PackageList.Name) is not { } entry || entry.Length > PackageList.LargestBytes)
        {
            throw new PackageException($"The package has no {PackageList.Name}: make it with 'qurehost plugin pack'.");
        }

        using var bytes = new MemoryStream();
        await using (var from = await entry.OpenAsync(ct))
        {
            await CopyAsync(from, bytes, PackageList.LargestBytes, ct);
        }

        if (PackageList.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is not { } list || list.Format != PackageList.CurrentFormat)
        {
            throw new PackageException($"{PackageList.Name} cannot be read by this host.");
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in zip.Entries.Where(e => e.FullName != PackageList.Name))
        {
            if (!PackageList.IsPath(file.FullName) || ((file.ExternalAttributes >> 16) & FileKind) == SymbolicLink)
            {
                throw new PackageException($"The package holds an entry whose name or kind is not that of a plain file: '{Printable(file.FullName)}'.");
            }

            if (!seen.Add(file.FullName) || !list.Files.ContainsKey(file.FullName))
            {
                throw new PackageException($"{file.FullName} is in the package twice, or not listed in {PackageList.Name}.");
            }
        }

        if (list.Files.Keys.FirstOrDefault(f => zip.GetEntry(f) is null || !PackageList.IsPath(f)) is { } missing)
        {
            throw new PackageException($"'{Printable(missing)}' is listed in {PackageList.Name} and not in the package.");
        }

        var total = list.Files.Values.Aggregate(0L, (sum, f) => f.Bytes < 0 || f.Bytes > limits.UnpackedBytes ? limits.UnpackedBytes + 1 : Math.Min(sum + f.Bytes, limits.UnpackedBytes + 1));
        return total <= limits.UnpackedBytes ? list : throw new PackageException($"Unpacked, the package is larger than {limits.UnpackedBytes >> 20} MB.");
    }

    /// <summary>Copies and hashes; a stream longer than told is an error before it is on disk.</summary>
    private static async Task<(string Sha256, long Bytes)> CopyAsync(Stream from, Stream to, long most, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            long bytes = 0;
            for (int read; (read = await from.ReadAsync(buffer, ct)) > 0;)
            {
                bytes += read;
                if (bytes > most)
                {
                    throw new PackageException("A file of the package is larger than the package says.");
                }

                hash.AppendData(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Printable(string name) => new([.. name.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
}
