using System.CommandLine;

namespace QureHost.Commands;

/// <summary>The options of <c>serve</c>, which <c>demo</c> shares.</summary>
internal sealed class ServeCommandLine
{
    private static readonly ServeOptions Defaults = new();
    private readonly Option<string> _urls = new("--urls") { Description = "Addresses to listen on, separated by ;", DefaultValueFactory = _ => Defaults.Urls };
    private readonly Option<DirectoryInfo?> _data = new("--data") { Description = $"Folder of the index and the objects [default: {ServeOptions.DefaultDataDirectory}]" };
    private readonly Option<int> _dimsePort = new("--dimse-port") { Description = "DIMSE port; 0 for none", DefaultValueFactory = _ => Defaults.DimsePort };
    private readonly Option<string> _dimseAddress = new("--dimse-address") { Description = "Address of the DIMSE port; beyond loopback only configured AE titles from configured addresses may send", DefaultValueFactory = _ => Defaults.DimseAddress };
    private readonly Option<string> _aet = new("--aet") { Description = "AE title of the default site", DefaultValueFactory = _ => Defaults.AeTitle };
    private readonly Option<AuthMode> _auth = new("--auth") { Description = "none (loopback only) or local (users and API keys)", DefaultValueFactory = _ => Defaults.Auth };
    private readonly Option<string[]> _cors = new("--cors") { Description = "Origin of another web app that may use DICOMweb; may be repeated", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<double> _quiet = new("--quiet-seconds") { Description = "A study is complete after this long without a new instance", DefaultValueFactory = _ => Defaults.QuietTime.TotalSeconds };
    private readonly Option<DirectoryInfo?> _plugins = new("--plugins") { Description = "Folder of plugins [default: those that came with the host]" };
    private readonly Option<DirectoryInfo?> _models = new("--models") { Description = "Folder of models [default: those that came with the host]" };

    private readonly Option<Isolation> _isolation = new("--isolation") { Description = "process (each plugin, and the device that models run on, in one of its own) or none (in the host's, for development)", DefaultValueFactory = _ => Defaults.Isolation };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _urls, _data, _dimsePort, _dimseAddress, _aet, _auth, _cors, _quiet, _plugins, _models, _isolation })
        {
            command.Options.Add(option);
        }
    }

    public ServeOptions Read(ParseResult r, string? dataDirectory = null) => Defaults with
    {
        Urls = r.GetValue(_urls)!,
        DataDirectory = r.GetValue(_data)?.FullName ?? dataDirectory ?? Defaults.DataDirectory,
        DimsePort = r.GetValue(_dimsePort),
        DimseAddress = r.GetValue(_dimseAddress)!,
        AeTitle = r.GetValue(_aet)!,
        Auth = r.GetValue(_auth),
        CorsOrigins = r.GetValue(_cors)!,
        QuietTime = TimeSpan.FromSeconds(r.GetValue(_quiet)),
        PluginDirectory = r.GetValue(_plugins)?.FullName ?? Defaults.PluginDirectory,
        ModelDirectory = r.GetValue(_models)?.FullName ?? Defaults.ModelDirectory,
        Isolation = r.GetValue(_isolation),
    };
}
