using System.CommandLine;
using QureHost.Commands;

var root = new RootCommand("QureHost: a DICOMweb viewer host with AI products. For research and evaluation; not a medical device.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    ImportCommand.Create(),
    RunCommand.Create(),
    EvaluateCommand.Create(),
    NlpCommand.Create(),
    PhantomCommand.Create(),
    ModelsCommand.Create(),
    PluginCommand.Create(),
    SimulateCommand.Create(),
};

// Ctrl+C and SIGTERM end requests and close the index in order; that may take longer than the library's two seconds.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
