namespace QureHost;

/// <summary>How callers prove who they are.</summary>
public enum AuthMode
{
    /// <summary>Nobody does: loopback only.</summary>
    None,

    /// <summary>Users with passwords and machines with API keys.</summary>
    Local,
}

/// <summary>Where plugins and models run.</summary>
public enum Isolation
{
    /// <summary>Each plugin, and the device that models run on, in a process of its own.</summary>
    Process,

    /// <summary>In the host's process, for development: a plugin that crashes ends the host.</summary>
    None,
}

/// <summary>What <c>qurehost serve</c> was told.</summary>
public sealed record ServeOptions
{
    /// <summary>Listening URLs, separated by semicolons.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:5000";

    /// <summary>Folder of index, objects and keys.</summary>
    public string DataDirectory { get; init; } = DefaultDataDirectory;

    /// <summary>DIMSE port, or 0 for none.</summary>
    public int DimsePort { get; init; } = 11112;

    /// <summary>AE title of the default site.</summary>
    public string AeTitle { get; init; } = "QUREHOST";

    /// <summary>Address that the DIMSE port binds to.</summary>
    public string DimseAddress { get; init; } = "127.0.0.1";

    /// <summary>How callers prove who they are.</summary>
    public AuthMode Auth { get; init; } = AuthMode.None;

    /// <summary>Other origins whose pages may call DICOMweb, for instance an OHIF on its own address.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>A study is settled after this long without a new instance.</summary>
    public TimeSpan QuietTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Folder of plugins: one folder each, with its <c>plugin.json</c>.</summary>
    public string PluginDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "plugins");

    /// <summary>Where plugins run.</summary>
    public Isolation Isolation { get; init; } = Isolation.Process;

    /// <summary>Folder of the worker program, in which plugins run.</summary>
    public string WorkerDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "worker");

    /// <summary>Folder of the device's program.</summary>
    public string DeviceDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "device");

    /// <summary>Folder of models: one folder each, with its <c>model.json</c>.</summary>
    public string ModelDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Where data goes when nothing is said.</summary>
    public static string DefaultDataDirectory { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"),
        "qurehost");
}
