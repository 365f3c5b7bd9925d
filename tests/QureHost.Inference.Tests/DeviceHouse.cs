using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Testing;

namespace QureHost.Inference.Tests;

/// <summary>An inference service over a real device process, with models made for the test.</summary>
internal sealed class DeviceHouse : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DeviceHouse(Func<DeviceProcessOptions, DeviceProcessOptions>? change = null, InferenceOptions? inference = null)
    {
        var options = new DeviceProcessOptions
        {
            Program = Path.Combine(AppContext.BaseDirectory, "QureHost.Inference.Device.dll"),
            WorkingDirectory = _folder.At("device"),
            Accelerator = Accelerator.Cpu,
            MemoryBytes = 2L << 30,
        };
        Memory = new SharedMemory(_folder.At("blocks"), 1L << 30);
        Device = new DeviceProcess(change?.Invoke(options) ?? options, Memory, TimeProvider.System, NullLogger<DeviceProcess>.Instance);
        Service = new InferenceService(
            new ModelStore([_folder.At("models"), Path.Combine(SharedData.RepositoryRoot, "tests", "models")]),
            Device,
            inference ?? new InferenceOptions(),
            TimeProvider.System,
            NullLogger<InferenceService>.Instance);
    }

    public DeviceProcess Device { get; }

    public SharedMemory Memory { get; }

    public InferenceService Service { get; }

    public string WorkingDirectory => _folder.At("device");

    public string BlockFolder => _folder.At("blocks");

    public void AddModel(string name, byte[] weights)
    {
        Directory.CreateDirectory(_folder.At("models", name));
        File.WriteAllBytes(_folder.At("models", name, "model.onnx"), weights);
        File.WriteAllText(_folder.At("models", name, "model.json"), $$"""{"name":"{{name}}","version":"1.0.0","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(weights))}}"}""");
    }

    public ValueTask<IModel> OpenAsync(string name, Lane lane = Lane.Routine) =>
        Service.OpenAsync(name, new RunContext("default", "hello", lane, TimeProvider.System.GetUtcNow().AddMinutes(5)), CancellationToken.None);

    /// <summary>Runs a model of <see cref="OnnxBytes"/> on one value.</summary>
    public static async Task<IReadOnlyList<ITensor>> RunAsync(IModel model, float value, CancellationToken ct = default)
    {
        using var input = await model.RentAsync("x", [1, 1], CancellationToken.None);
        input.Span<float>()[0] = value;
        return await model.RunAsync([input], ct);
    }

    public static async Task<float> MaxAsync(IModel model, float value) => (await RunAsync(model, value))[0].Span<float>()[0];

    public static async Task<float[]> DoubleAsync(IModel model, params float[] values)
    {
        using var input = await model.RentAsync("x", [1, 4], CancellationToken.None);
        values.CopyTo(input.Span<float>());
        return (await model.RunAsync([input], CancellationToken.None))[0].Span<float>().ToArray();
    }

    /// <summary>kill -9, as an operator or the system would.</summary>
    public void KillDevice()
    {
        using var process = System.Diagnostics.Process.GetProcessById(Device.ProcessId ?? throw new InvalidOperationException("The device does not live."));
        process.Kill();
    }

    public static async Task WaitUntil(Func<bool> condition)
    {
        for (var i = 0; i < 6000 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Dispose();
    }
}
