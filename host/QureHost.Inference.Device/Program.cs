using QureHost.Inference.Device;
using QureHost.Onnx;
using QureHost.Processes;

if (args is not [var wanted] || !Enum.TryParse<Accelerator>(wanted, out var accelerator))
{
    Console.Error.WriteLine("This program is the host's device; `qurehost serve` starts it.");
    return 2;
}

await using var channel = await ChildSide.ConnectAsync(CancellationToken.None);
using var server = new DeviceServer(channel, accelerator);
return await server.ServeAsync();
