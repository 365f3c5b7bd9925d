using System.CommandLine;
using QureHost.Hosting;

namespace QureHost.Commands;

/// <summary><c>qurehost serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var options = new ServeCommandLine();
        var command = new Command("serve", "Starts the host.");
        options.AddTo(command);
        command.SetAction((result, ct) => RunAsync(options.Read(result), _ => Task.CompletedTask, ct));
        return command;
    }

    /// <summary>Serves until stopped; <paramref name="started"/> runs once the host answers.</summary>
    public static async Task<int> RunAsync(ServeOptions options, Func<IServiceProvider, Task> started, CancellationToken ct)
    {
        if (Bootstrap.Refusal(options) is { } why)
        {
            Console.Error.WriteLine(why);
            return ExitCodes.Usage;
        }

        WebApplication app;
        try
        {
            app = await HostApp.BuildAsync(options, ct);
            await app.StartAsync(ct);
        }
        catch (Exception e) when (e is Archive.ArchiveException or IOException or System.Net.Sockets.SocketException)
        {
            Console.Error.WriteLine($"The host cannot start: {e.Message}");
            return ExitCodes.Failed;
        }

        await using (app)
        {
            Console.Error.WriteLine($"QureHost {HostVersion.Text} serves {string.Join(", ", app.Urls)} (data in {options.DataDirectory}). Ctrl+C stops it.");
            await started(app.Services);
            await app.WaitForShutdownAsync(ct);
        }

        return ExitCodes.Ok;
    }
}
