using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using QureHost.Onnx;
using QureHost.Processes;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>
/// A device in a process of its own, supervised: a model that will not stop or takes too much memory ends that process
/// and not the host. It is started again with growing waits, and comes back empty.
/// </summary>
public sealed partial class DeviceProcess : IDevice
{
    private readonly DeviceProcessOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SharedMemory _memory;
    private readonly TensorArena _arena;
    private readonly RunLimits _limits;
    private readonly ModelOffences _offences;
    private readonly ConcurrentDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _running = new(1, 1);
    private readonly DeviceSupervisor _supervisor;

    /// <param name="options">How to run it.</param>
    /// <param name="memory">Where tensors pass: the device's own, not that of workers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Starts and ends are logged.</param>
    public DeviceProcess(DeviceProcessOptions options, SharedMemory memory, TimeProvider time, ILogger<DeviceProcess> logger)
    {
        (_options, _memory, _time, _logger) = (options, memory, time, logger);
        MemoryBytes = options.MemoryBytes > 0 ? options.MemoryBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;
        _arena = new TensorArena(memory);
        _limits = new RunLimits(options);
        _offences = new ModelOffences(time, options.HoldBack);
        _supervisor = new DeviceSupervisor(options, MemoryBytes, time, logger);
    }

    /// <inheritdoc/>
    public event Action? Lost
    {
        add => _supervisor.Lost += value;
        remove => _supervisor.Lost -= value;
    }

    /// <inheritdoc/>
    public event Action? Returned
    {
        add => _supervisor.Returned += value;
        remove => _supervisor.Returned -= value;
    }

    /// <inheritdoc/>
    public string Name => _supervisor.Current?.Hello.Device ?? "cpu";

    /// <summary>Why it is not what it was asked to be, or null.</summary>
    public string? Fallback => _supervisor.Current?.Hello.Fallback;

    /// <inheritdoc/>
    public long MemoryBytes { get; }

    /// <summary>Memory of the process now; 0 where it does not live.</summary>
    public long ResidentBytes => _supervisor.Current?.ResidentBytes ?? 0;

    /// <summary>The process, or null where it does not live.</summary>
    public int? ProcessId => _supervisor.Current?.ProcessId;

    /// <summary>How often it was lost.</summary>
    public int Losses => _supervisor.Losses;

    /// <inheritdoc/>
    public async Task<DeviceModel> LoadAsync(ModelFolder folder, CancellationToken ct)
    {
        var sha = folder.Card.Sha256;
        var label = $"{folder.Card.Name} {folder.Card.Version}";
        _offences.Check(sha, label);
        var connection = await _supervisor.ReadyAsync(ct);
        using var weights = await Task.Run(() => Share(folder.ReadWeights()), ct);
        var id = connection.NextId();
        var asked = connection.AskAsync(id, new DeviceRequest.Load(id, label, sha, new BlockName(weights.Path, weights.Length)));
        var reply = await InTimeAsync(connection, asked, id, sha, label, _options.LoadLimit, "load", ct);
        if (reply is not DeviceReply.Loaded loaded)
        {
            throw Refusal(reply, label, ct);
        }

        _labels[sha] = label;
        _limits.Expect(sha, folder.Card.Cost?.SecondsPerItem ?? 0);
        return new DeviceModel(loaded.Inputs, loaded.Outputs, ModelSize.Of(folder));
    }

    /// <inheritdoc/>
    public void Unload(string sha256) => _supervisor.Current?.Post(new DeviceRequest.Unload(sha256));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ITensor>> RunAsync(string sha256, IReadOnlyList<ITensor> inputs, CancellationToken ct)
    {
        var label = _labels.GetValueOrDefault(sha256, sha256);
        await _running.WaitAsync(ct);
        try
        {
            var connection = _supervisor.Current ?? throw new DeviceLostException("The device's process is being started again.", started: false);
            var (block, places, bytes) = _arena.Fill(inputs);
            var id = connection.NextId();
            var outputs = _arena.Outputs is { } known ? new BlockName(known.Path, known.Length) : null;
            var limit = _limits.For(sha256, bytes, inputs.Count > 0 && inputs[0].Shape.Count > 0 ? inputs[0].Shape[0] : 1);
            var began = _time.GetTimestamp();
            connection.Runs = sha256;
            var asked = connection.AskAsync(id, new DeviceRequest.Run(id, sha256, new BlockName(block.Path, block.Length), places, outputs));
            var reply = await InTimeAsync(connection, asked, id, sha256, label, limit, "end", ct);
            connection.Runs = null;
            if (reply is DeviceReply.Ran ran)
            {
                _limits.Observe(sha256, bytes, _time.GetElapsedTime(began));
            }

            if (reply is DeviceReply.Ran { Written: false } large)
            {
                var larger = _arena.GrowOutputs(large.Bytes);
                id = connection.NextId();
                asked = connection.AskAsync(id, new DeviceRequest.Collect(id, new BlockName(larger.Path, larger.Length)));
                reply = await InTimeAsync(connection, asked, id, sha256, label, _options.RunFloor, "give its outputs", ct);
            }

            return reply is DeviceReply.Ran { Written: true } written ? Collect(connection, written) : throw Refusal(reply, label, ct);
        }
        catch (SharedMemoryException e)
        {
            throw new ModelUnavailableException($"Model '{label}' could not be run: {e.Message}", e);
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        _arena.Dispose();
        _memory.Dispose();
    }

    private static Exception Refusal(DeviceReply reply, string label, CancellationToken ct) => reply switch
    {
        DeviceReply.Failed { Kind: DeviceFailure.Cancelled } => new OperationCanceledException(ct),
        DeviceReply.Failed { Kind: DeviceFailure.NotLoaded } => new DeviceLostException("The device was started again meanwhile.", started: true),
        DeviceReply.Failed failed => new ModelUnavailableException(failed.Message),
        _ => new ModelUnavailableException($"Model '{label}': its device answered another question."),
    };

    private SharedBlock Share(byte[] weights)
    {
        var block = _memory.Rent(weights.Length);
        weights.CopyTo(block.Memory);
        return block;
    }

    /// <summary>Copies the outputs out of the block that the device may write.</summary>
    private IReadOnlyList<ITensor> Collect(DeviceConnection connection, DeviceReply.Ran ran)
    {
        try
        {
            var block = _arena.Outputs ?? throw new ContractException("There is no block of outputs.");
            var tensors = new ITensor[ran.Outputs.Count];
            for (var i = 0; i < tensors.Length; i++)
            {
                var place = ran.Outputs[i];
                using var shared = new SharedTensor(block.AddLease(), place.Type, place.Shape, place.Offset);
                tensors[i] = ArrayTensor.Rent(place.Type, place.Shape);
                shared.CopyTo(tensors[i].Bytes.Span);
            }

            return tensors;
        }
        catch (Exception e) when (e is ContractException or NullReferenceException)
        {
            connection.EndMisbehaved("it named outputs that are not there");
            throw new ModelUnavailableException("The device named outputs that are not there.", e);
        }
    }
}
