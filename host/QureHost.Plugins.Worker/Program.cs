using QureHost.Plugins.Worker;
using QureHost.Processes;

// One plugin's process. It is started by the host, which tells it everything else through the channel.
await using var channel = await ChildSide.ConnectAsync(CancellationToken.None);
return await new PluginWorker(channel).RunAsync();
