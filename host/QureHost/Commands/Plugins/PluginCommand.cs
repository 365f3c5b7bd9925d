using System.CommandLine;

namespace QureHost.Commands;

/// <summary><c>qurehost plugin</c>: from an empty folder to a product of a running host.</summary>
internal static class PluginCommand
{
    public static Command Create() => new("plugin", "Plugins: make one, hold it against the contract, pack it into one file, and install it in a running host.")
    {
        PluginNewCommand.Create(),
        PluginNewCommand.CreateSdk(),
        PluginPackCommand.Create(),
        PluginCheckCommand.Create(),
        PluginHostCommands.Add(),
        PluginHostCommands.List(),
        PluginHostCommands.Change("enable", "Takes a plugin into use again."),
        PluginHostCommands.Change("disable", "Puts a plugin aside: no new run starts, its open ones are cancelled."),
        PluginHostCommands.Change("rollback", "Back to the version that ran before."),
        PluginHostCommands.Remove(),
    };

    internal static Option<bool> Json() => new("--json") { Description = "Print JSON" };
}
