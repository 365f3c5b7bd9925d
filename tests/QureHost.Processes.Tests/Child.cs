using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Testing;

namespace QureHost.Processes.Tests;

/// <summary>Starts the child that misbehaves as told.</summary>
internal static class Child
{
    public static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "QureHost.Processes.Child.dll");

    public static ChildOptions Options(TemporaryFolder folder, params string[] arguments) =>
        ChildOptions.ForAssembly("child", Assembly, folder.Path, arguments) with { ConnectTimeout = TimeSpan.FromSeconds(60) };

    public static Task<ChildProcess> StartAsync(ChildOptions options) =>
        ChildProcess.StartAsync(options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    public static async Task<string> HearAsync(this ChildProcess child) =>
        Encoding.UTF8.GetString(await child.Channel.ReceiveAsync(CancellationToken.None) ?? throw new InvalidOperationException("The child said nothing."));

    /// <summary>True once no process of that id lives; one that ended and was not yet waited for does not.</summary>
    public static async Task<bool> IsGoneAsync(int id)
    {
        for (var i = 0; i < 200; i++)
        {
            var status = $"/proc/{id}/stat";
            if (!File.Exists(status) || (await File.ReadAllTextAsync(status)).Contains(") Z", StringComparison.Ordinal))
            {
                return true;
            }

            await Task.Delay(50);
        }

        return false;
    }
}
