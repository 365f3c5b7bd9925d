using System.CommandLine;

namespace QureHost.Tests;

/// <summary>Tests that read what a command writes run one after another: the console is the process's own.</summary>
[CollectionDefinition("console", DisableParallelization = true)]
public sealed class ConsoleCapture
{
    public static async Task<(int Status, string Output)> RunAsync(Command command, params string[] arguments)
    {
        var (before, output) = (Console.Out, new StringWriter());
        Console.SetOut(output);
        try
        {
            return (await command.Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken), output.ToString());
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
