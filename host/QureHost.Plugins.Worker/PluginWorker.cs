using System.Collections.Concurrent;
using QureHost.Plugins.Protocol;
using QureHost.Processes;
using QureHost.Sdk;

namespace QureHost.Plugins.Worker;

/// <summary>Loads the plugin that the host names and runs it, as often and as many at once as the host says, until told to quit.</summary>
internal sealed class PluginWorker(FrameChannel channel)
{
    private readonly HostLink _link = new(channel);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _runs = new(StringComparer.Ordinal);

    /// <summary>Works until the host says quit or is gone.</summary>
    /// <returns>The process's exit status.</returns>
    public async Task<int> RunAsync()
    {
        await _link.SendAsync(new Hello(ProtocolVersion.Current, SdkVersion.Current.ToString()));
        switch (await ReceiveAsync())
        {
            case Load load:
                return await ServeAsync(PluginCatalog.LoadOne(load.Folder));
            case Refused refused:
                await Console.Error.WriteLineAsync(refused.Reason);
                return 2;
            default:
                return 3;
        }
    }

    private async Task<int> ServeAsync(Plugin plugin)
    {
        if (plugin is not { State: PluginState.Active, Manifest: { } manifest })
        {
            await _link.SendAsync(new Unable(plugin.Reason ?? "It cannot be loaded."));
            return 4;
        }

        await _link.SendAsync(new Ready(manifest.Id, manifest.Version));
        while (await ReceiveAsync() is { } message)
        {
            switch (message)
            {
                case Reply reply:
                    _link.Answer(reply);
                    break;
                case Start start:
                    var stop = new CancellationTokenSource();
                    _runs[start.Info.RunId] = stop;
                    _ = Task.Factory.StartNew(() => ExecuteAsync(plugin, start, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                    break;
                case Stop { Run: var run }:
                    if (_runs.TryGetValue(run, out var running))
                    {
                        await running.CancelAsync();
                    }

                    break;
                case Quit:
                    Environment.Exit(0);   // a plugin's threads do not keep the process
                    break;
            }
        }

        Environment.Exit(0);   // the host is gone
        return 0;
    }

    private async Task ExecuteAsync(Plugin plugin, Start start, CancellationTokenSource stop)
    {
        var run = start.Info.RunId;
        Fault? fault;
        using (var link = new RunLink(_link, run))
        {
            fault = await LocalRun.ExecuteAsync(plugin, start.Info, start.Settings, new RemoteHost(link, start.Info.StudyUid), stop.Token);
        }

        _runs.TryRemove(run, out _);
        await _link.SendAsync(new Ended(run, fault));
    }

    private async ValueTask<Message?> ReceiveAsync() => await channel.ReceiveAsync(CancellationToken.None) is { } frame ? Wire.Read(frame) : null;
}
