using System.Collections.Concurrent;
using System.Diagnostics;

namespace QureHost.Processes;

/// <summary>
/// Starts processes from one thread that lives as long as the host: "parent" in PR_SET_PDEATHSIG is the thread that
/// forked, and one of the pool's ends when it has been idle, taking its children with it (prctl(2)).
/// </summary>
internal static class ChildStarter
{
    private static readonly BlockingCollection<Action> Work = [];

    static ChildStarter() => new Thread(Loop) { IsBackground = true, Name = "child starter" }.Start();

    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private static void Loop()
    {
        foreach (var action in Work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
