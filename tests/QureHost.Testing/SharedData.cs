namespace QureHost.Testing;

/// <summary>Finds the folder <c>shared</c> beside the repository: real images, reports and models that are never committed.</summary>
public static class SharedData
{
    /// <summary>Why a test that needs outside data is skipped.</summary>
    public const string Absent = "the folder 'shared' with outside test data is not beside the repository";

    /// <summary>The repository's root: the folder that holds <c>Directory.Packages.props</c>.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>True where the folder is there.</summary>
    public static bool IsPresent => Directory.Exists(Root);

    private static string Root => Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));

    /// <summary>Full path of something below <c>shared</c>.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from below the repository's root, which holds Directory.Packages.props.");
    }
}
