namespace QureHost.Commands;

/// <summary>Files below the paths a person names; whether they are DICOM is for the reader to say.</summary>
internal static class DicomFiles
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <exception cref="FileNotFoundException">A path is neither a file nor a folder.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths) =>
    [
        .. paths.SelectMany<string, string>(path =>
            Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", Everything).Order(StringComparer.Ordinal)
            : File.Exists(path) ? [path]
            : throw new FileNotFoundException($"{path} is neither a file nor a folder.")),
    ];
}
