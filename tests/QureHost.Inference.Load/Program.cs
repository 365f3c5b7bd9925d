using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Inference;
using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Testing;

// Measures one model three ways, taking turns, so that what else the machine does meets all alike:
//   dotnet run -c Release --project tests/QureHost.Inference.Load -- [MODEL] [SECONDS]
var name = args.Length > 0 ? args[0] : "chest-xray";
var seconds = args.Length > 1 ? double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20;
using var folder = new TemporaryFolder();
var roots = new[] { Path.Combine(SharedData.RepositoryRoot, "models"), Path.Combine(SharedData.RepositoryRoot, "tests", "models") };
var store = new ModelStore(roots);
var model = ModelFolder.Open(roots.Select(r => Path.Combine(r, name)).First(Directory.Exists));

using var session = OnnxSession.Load(model, Accelerator.Cpu);
await using var inProcess = Service(new InProcessDevice(Accelerator.Cpu));
var process = new DeviceProcess(
    new DeviceProcessOptions { Program = Path.Combine(AppContext.BaseDirectory, "QureHost.Inference.Device.dll"), WorkingDirectory = folder.At("device"), Accelerator = Accelerator.Cpu },
    new SharedMemory(SharedMemory.DirectoryFor(folder.Path, 1L << 30) + "-load", 1L << 30),
    TimeProvider.System,
    NullLogger<DeviceProcess>.Instance);
await using var outOfProcess = Service(process);
await using var near = await Open(inProcess);
await using var far = await Open(outOfProcess);

Console.WriteLine($"{name}, {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
Console.WriteLine("| batch | way | runs | p5 ms | p50 ms | p95 ms | added p50 ms | throughput of bare |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
foreach (var batch in new[] { 1, 8 })
{
    var shape = session.Inputs[0].Shape.Select((extent, i) => extent > 0 ? extent : i == 0 ? batch : i == 1 ? 1 : 256).ToArray();
    using var input = ArrayTensor.Rent(session.Inputs[0].Type, shape);
    var ways = new (string Name, Func<Task> Run, List<double> Times)[]
    {
        ("bare ONNX Runtime", () => Task.FromResult(session.Run([input])), []),
        ("scheduler, in process", () => near.RunAsync([input], CancellationToken.None).AsTask(), []),
        ("scheduler + device process", () => far.RunAsync([input], CancellationToken.None).AsTask(), []),
    };
    foreach (var way in ways)
    {
        for (var i = 0; i < 5; i++)
        {
            await way.Run();
        }
    }

    for (var start = Stopwatch.StartNew(); start.Elapsed.TotalSeconds < seconds;)
    {
        foreach (var way in ways)
        {
            var began = Stopwatch.GetTimestamp();
            await way.Run();
            way.Times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    foreach (var (title, _, times) in ways)
    {
        var bare = ways[0].Times;
        Console.WriteLine(FormattableString.Invariant(
            $"| {batch} | {title} | {times.Count} | {At(times, .05):F3} | {At(times, .5):F3} | {At(times, .95):F3} | {At(times, .5) - At(bare, .5):F3} | {At(bare, .5) / At(times, .5):F3} |"));
    }
}

return 0;

InferenceService Service(IDevice device) => new(store, device, new InferenceOptions(), TimeProvider.System, NullLogger<InferenceService>.Instance);

ValueTask<IModel> Open(InferenceService service) =>
    service.OpenAsync(name, new RunContext("default", "load", Lane.Routine, TimeProvider.System.GetUtcNow().AddHours(1)), CancellationToken.None);

static double At(List<double> times, double share) => times.Order().ElementAt((int)(share * (times.Count - 1)));
