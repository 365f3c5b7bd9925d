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
};
return await root.Parse(args).InvokeAsync();
