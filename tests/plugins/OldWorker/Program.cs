using QureHost.Processes;

await using var channel = await ChildSide.ConnectAsync(CancellationToken.None);
await channel.SendAsync("""{"type":"hello","protocol":99,"sdk":"9.9.0"}"""u8.ToArray(), CancellationToken.None);
_ = await channel.ReceiveAsync(CancellationToken.None);
