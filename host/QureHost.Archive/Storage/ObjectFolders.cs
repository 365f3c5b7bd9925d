using System.Globalization;

namespace QureHost.Archive;

/// <summary>
/// Paths of objects, <c>objects/{site}/{yyyy}/{mm}/{dd}/{hh}/{id}.dcm</c> in UTC, and their directories made durable
/// up to the data directory. The hour in use is also what recovery's mark moves by.
/// </summary>
internal sealed class ObjectFolders(string dataDirectory, DateTimeOffset notBefore)
{
    private const string HourFormat = "yyyy'/'MM'/'dd'/'HH";
    private readonly Lock gate = new();
    private readonly HashSet<string> durable = [];
    private DateTimeOffset hour = notBefore;

    public string FullPath(string relative) => Path.Combine(dataDirectory, relative);

    /// <summary>A new object's path below the data directory; its directory is there and durable.</summary>
    /// <remarks>A clock that is set back does not bring back an hour that recovery has done with.</remarks>
    public string NewObject(string site, DateTimeOffset now, string extension)
    {
        if (!SiteTable.IsId(site))
            throw new ArchiveException(ArchiveError.Invalid, $"'{site}' cannot be a site's id.");
        string folder;
        lock (gate)
        {
            if (now > hour)
                hour = now;
            folder = $"objects/{site}/{hour.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture)}";
            if (!durable.Contains(folder))
            {
                MakeDurable(folder);
                durable.Add(folder);
            }
        }

        return $"{folder}/{Guid.CreateVersion7(now):N}{extension}";
    }

    /// <summary>Directories of hours of a site from one on.</summary>
    public static IEnumerable<string> HoursFrom(string siteFolder, DateTimeOffset from)
    {
        foreach (var year in Directory.EnumerateDirectories(siteFolder))
        {
            foreach (var month in Directory.EnumerateDirectories(year))
            {
                foreach (var day in Directory.EnumerateDirectories(month))
                {
                    foreach (var folder in Directory.EnumerateDirectories(day))
                    {
                        var name = Path.GetRelativePath(siteFolder, folder).Replace('\\', '/');
                        if (DateTimeOffset.TryParseExact(name, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour) && hour >= from)
                            yield return folder;
                    }
                }
            }
        }
    }

    private void MakeDurable(string folder)
    {
        Directory.CreateDirectory(FullPath(folder));
        for (var part = folder; part.Length > 0; part = Path.GetDirectoryName(part) ?? "")
            DurableFiles.SyncDirectory(FullPath(Path.GetDirectoryName(part) ?? ""));
    }
}
