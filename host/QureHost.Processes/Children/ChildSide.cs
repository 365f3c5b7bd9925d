using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace QureHost.Processes;

/// <summary>What a child does first of all: connect, prove who it is, give up its privileges, and see to it that it does not outlive its host.</summary>
public static class ChildSide
{
    internal const string SocketVariable = "QUREHOST_SOCKET";
    internal const string TokenVariable = "QUREHOST_TOKEN";
    internal const string ParentVariable = "QUREHOST_PARENT";
    internal const string ConfinementVariable = "QUREHOST_CONFINEMENT";

    /// <summary>
    /// Connects to the host that started this process. Afterwards the process is confined as the host asked; no code of a
    /// stranger may be loaded before.
    /// </summary>
    /// <exception cref="InvalidOperationException">No host started this process.</exception>
    /// <exception cref="IOException">The host is gone, or the process could not be confined.</exception>
    public static async Task<FrameChannel> ConnectAsync(CancellationToken ct, int largestFrame = 16 << 20)
    {
        var address = Take(SocketVariable);
        var token = Take(TokenVariable);
        var parent = int.Parse(Take(ParentVariable), CultureInfo.InvariantCulture);
        var confinement = Confinement.Parse(Take(ConfinementVariable));
        var channel = new FrameChannel(await ChildListener.ConnectAsync(address, ct).ConfigureAwait(false), largestFrame);
        await channel.SendAsync(Encoding.ASCII.GetBytes(token), ct).ConfigureAwait(false);
        var applied = await GiveUpAsync(confinement, parent).ConfigureAwait(false);
        await channel.SendAsync(Encoding.UTF8.GetBytes(string.Join(", ", applied)), ct).ConfigureAwait(false);
        return channel;
    }

    /// <summary>Read once, and gone from the environment that code loaded later sees.</summary>
    private static string Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable)
            ?? throw new InvalidOperationException($"This program is started by the host, which sets {variable}.");
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }

    /// <summary>A group of its own: the host can end it with all that it starts, and the terminal's Ctrl+C goes to the host alone.</summary>
    private static void LeaveGroup()
    {
        if (!OperatingSystem.IsWindows())
        {
            Libc.Check(Libc.setpgid(0, 0), "setpgid");
        }
    }

    /// <summary>
    /// On a thread that lives as long as the process: the signal at the parent's death is the thread's own setting and
    /// would be lost with it.
    /// </summary>
    private static Task<IReadOnlyList<string>> GiveUpAsync(Confinement confinement, int parent)
    {
        var done = new TaskCompletionSource<IReadOnlyList<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                LeaveGroup();
                var applied = Confining.Apply(confinement);
                if (OperatingSystem.IsLinux() && Libc.getppid() != parent)
                {
                    Environment.Exit(3); // it ended before its death could be signalled
                }

                done.SetResult(applied);
            }
            catch (Exception e)
            {
                done.SetException(e);
                return;
            }

            OutliveNothing(parent);
        });
        (thread.IsBackground, thread.Name) = (true, "parent watch");
        thread.Start();
        return done.Task;
    }

    private static void OutliveNothing(int parent)
    {
        if (OperatingSystem.IsLinux())
        {
            Thread.Sleep(Timeout.Infinite);
        }

        using var process = Process.GetProcessById(parent);
        process.WaitForExit();
        Environment.Exit(3);
    }
}
