using Microsoft.Extensions.Logging;
using QureHost.Onnx;
using QureHost.Scheduling;
using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Inference;

/// <summary>
/// The pump: gives the policy the time and the events, and does what it decides on one device. Holds the calls that wait
/// and the models' states; holds nothing durable, since a run that is lost with its process is attempted again.
/// </summary>
public sealed partial class InferenceService : IAsyncDisposable
{
    private readonly ModelStore _store;
    private readonly IDevice _device;
    private readonly InferenceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<InferenceService> _logger;
    private readonly Scheduler _policy;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Call> _calls = [];
    private readonly Dictionary<string, ModelEntry> _models = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _wake;
    private readonly long _start;
    private long _nextCall;
    private bool _present = true;
    private int _life;

    public InferenceService(ModelStore store, IDevice device, InferenceOptions options, TimeProvider time, ILogger<InferenceService> logger)
    {
        (_store, _device, _options, _time, _logger) = (store, device, options, time, logger);
        _policy = new Scheduler(new SchedulerOptions { Devices = [new DeviceFacts(0, device.MemoryBytes)], BatchWindow = options.BatchWindow });
        _start = time.GetTimestamp();
        _wake = time.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        device.Lost += OnLost;
        device.Returned += OnReturned;
    }

    /// <summary>Calls that wait for the device.</summary>
    public int QueuedCalls
    {
        get
        {
            lock (_gate)
            {
                return _policy.QueuedCount;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Opens a model for a run. Waits for its first loading, which goes on beside other runs.</summary>
    /// <exception cref="ModelUnavailableException">Missing, damaged, or larger than the device.</exception>
    public async ValueTask<IModel> OpenAsync(string name, RunContext context, CancellationToken ct)
    {
        var folder = _store.Resolve(new ModelRequest(context.Site, context.Product, name, context.OwnModels));
        var entry = Define(folder, preload: false, pinned: false);
        if (!entry.Resident)
        {
            // A call without inputs makes the policy load the model; the ports are known when it comes through.
            var opened = SubmitAsync(entry, context, [], batchKey: null, items: 1, following: 0, ct);
            if (entry.Ports is null)
            {
                await opened;
            }
            else
            {
                _ = opened.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }

        return new HostedModel(this, entry, folder.Card, context, _options);
    }

    /// <summary>Loads models in the background where there is room; pinned ones are never put out again.</summary>
    public void Preload(IEnumerable<(ModelRequest Model, bool Pinned)> models)
    {
        foreach (var (model, pinned) in models)
        {
            try
            {
                Define(_store.Resolve(model), preload: true, pinned);
            }
            catch (ModelUnavailableException e)
            {
                LogUnavailable(_logger, model.Name, e.Message);
            }
        }

        Pump();
    }

    /// <summary>Where a product's model stands at a site, for people.</summary>
    public ModelStatus StatusOf(ModelRequest model)
    {
        var name = model.Name;
        try
        {
            var card = _store.Resolve(model).Card;
            name = card.Name;
            lock (_gate)
            {
                return _models.TryGetValue(card.Sha256, out var entry)
                    ? new ModelStatus(name, card.Version, card.Sha256, entry.Error is not null ? "unavailable" : entry.Resident ? "ready" : entry.Loading ? "loading" : "cold", entry.Error)
                    : new ModelStatus(name, card.Version, card.Sha256, "cold");
            }
        }
        catch (ModelUnavailableException e)
        {
            return new ModelStatus(name, "", "", "unavailable", e.Message);
        }
    }

    /// <summary>Leases a tensor that belongs to no model.</summary>
    /// <exception cref="ContractException">Over the limit.</exception>
    public ITensor Rent(TensorType type, IReadOnlyList<int> shape) => ArrayTensor.Rent(type, shape, _options.LargestTensorBytes);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _wake.DisposeAsync();
        Call[] waiting;
        lock (_gate)
        {
            waiting = [.. _calls.Values];
            _calls.Clear();
        }

        foreach (var call in waiting)
        {
            call.Done.TrySetCanceled();
        }

        await _device.DisposeAsync();
    }

    /// <summary>Queues one call of a model and waits for its outputs.</summary>
    internal async Task<IReadOnlyList<ITensor>> SubmitAsync(
        ModelEntry entry, RunContext context, IReadOnlyList<ITensor> inputs, string? batchKey, int items, int following, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        Call call;
        Admission admission;
        long id;
        lock (_gate)
        {
            id = ++_nextCall;
            var now = Now;
            call = new Call(inputs, items, ct)
            {
                Work = new Work
                {
                    Id = id,
                    Model = entry.Sha256,
                    Lane = context.Lane,
                    Due = now + (context.DueAt - _time.GetUtcNow()),
                    Site = context.Site,
                    Product = context.Product,
                    BatchKey = entry.Batches ? batchKey : null,
                    Items = items,
                    Following = following,
                    Job = context.Run,
                    Since = context.QueuedAt is { } queued ? now + (queued - _time.GetUtcNow()) : null,
                },
            };
            admission = _policy.Submit(call.Work, now);
            if (admission.Refused is null)
            {
                _calls.Add(id, call);
            }
        }

        if (admission.Refused is { } refused)
        {
            throw new ModelUnavailableException($"Model '{entry.Folder.Card.Name}' cannot run here: {refused}");
        }

        Pump();
        await using (ct.UnsafeRegister(_ => Cancel(id), null))
        {
            return await call.Done.Task;
        }
    }

    private ModelEntry Define(ModelFolder folder, bool preload, bool pinned)
    {
        lock (_gate)
        {
            var sha = folder.Card.Sha256;
            if (!_models.TryGetValue(sha, out var entry))
            {
                _models[sha] = entry = new ModelEntry(folder);
            }
            else if (!File.Exists(entry.Folder.WeightsPath))
            {
                entry.Folder = folder;   // the same weights, still there in another place
            }

            entry.Preload |= preload;
            entry.Pinned |= pinned;
            _policy.Define(new ModelFacts(sha, entry.MemoryBytes, entry.Pinned, entry.Preload && entry.Error is null, _options.MaxBatch, folder.Card.Cost?.SecondsPerItem ?? 0));
            return entry;
        }
    }

    private void Cancel(long id)
    {
        Call? call;
        lock (_gate)
        {
            if (!_policy.Cancel(id))
            {
                return;   // it runs: the device ends it at its next node, or its outputs are dropped
            }

            _calls.Remove(id, out call);
        }

        call?.Done.TrySetCanceled(call.Cancelled);
    }

    private void Pump()
    {
        lock (_gate)
        {
            while (!_stop.IsCancellationRequested && _present)
            {
                switch (_policy.Decide(Now))
                {
                    case Decision.Run run:
                        Call[] calls = [.. run.Works.Select(id => _calls[id])];
                        foreach (var id in run.Works)
                        {
                            _calls.Remove(id);
                        }

                        _ = ExecuteAsync(run, _models[run.Model], calls, _life);
                        break;
                    case Decision.Load load:
                        foreach (var evicted in load.Evict)
                        {
                            _models[evicted].Resident = false;
                            _device.Unload(evicted);
                        }

                        _models[load.Model].Loading = true;
                        _ = LoadAsync(load, _models[load.Model], _life);
                        break;
                    case Decision.Unload unload:
                        foreach (var gone in unload.Models)
                        {
                            _models[gone].Resident = false;
                            _device.Unload(gone);
                        }

                        break;
                    case Decision.Rest rest:
                        var due = rest.Until is { } until ? until - Now : Timeout.InfiniteTimeSpan;
                        _wake.Change(rest.Until is not null && due < TimeSpan.Zero ? TimeSpan.Zero : due, Timeout.InfiniteTimeSpan);
                        return;
                }
            }
        }
    }

    private async Task LoadAsync(Decision.Load load, ModelEntry entry, int life)
    {
        await Task.Yield();   // out of the pump's lock
        DeviceModel? model = null;
        string? error = null;
        var began = _time.GetTimestamp();
        try
        {
            model = await _device.LoadAsync(entry.Folder, _stop.Token);
            LogLoaded(_logger, entry.Folder.Card.Name, entry.Folder.Card.Version, _time.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (DeviceLostException)
        {
            return;   // the policy was told of the loss, and decides on loading it again
        }
        catch (Exception e)
        {
            error = e is ModelUnavailableException ? e.Message : $"Model '{entry.Folder.Card.Name}' cannot be loaded: {e.Message}";
            LogUnavailable(_logger, entry.Folder.Card.Name, error);
        }

        List<Call> lost = [];
        lock (_gate)
        {
            if (life != _life)
            {
                // Into a device that is no more. Loaded again where somebody asks, unless it was this model's fault.
                lost.AddRange(error is null ? [] : Withdraw(entry, error));
            }
            else if (model is not null)
            {
                entry.Loading = false;
                entry.Error = null;
                entry.Resident = true;
                entry.Ports = model;
                foreach (var id in _policy.Loaded(load.Device, load.Model, model.MemoryBytes, Now))
                {
                    _calls.Remove(id, out var call);
                    lost.Add(call!);
                    error ??= $"Model '{entry.Folder.Card.Name}' takes {model.MemoryBytes >> 20} MB, more than its device has beside pinned models.";
                }
            }
            else
            {
                entry.Loading = false;
                entry.Error = error;
                foreach (var id in _policy.LoadFailed(load.Device, load.Model))
                {
                    _calls.Remove(id, out var call);
                    lost.Add(call!);
                }
            }
        }

        foreach (var call in lost)
        {
            call.Done.TrySetException(new ModelUnavailableException(error!));
        }

        Pump();
    }

    private async Task ExecuteAsync(Decision.Run run, ModelEntry entry, Call[] calls, int life)
    {
        await Task.Yield();   // out of the pump's lock
        var learn = false;
        Exception? failure = null;
        try
        {
            if (calls is [{ Inputs.Count: 0 } opening])
            {
                opening.Done.TrySetResult([]);
            }
            else
            {
                await Batch.RunAsync(_device, entry, calls);
                learn = true;
            }
        }
        catch (Exception e)
        {
            failure = e;
        }

        lock (_gate)
        {
            if (life == _life)
            {
                if (learn)
                {
                    _policy.Completed(run.Dispatch, Now);
                }
                else
                {
                    _policy.Failed(run.Dispatch, Now);
                }
            }

            if (failure is not null)
            {
                FailOrRepeat(entry, calls, failure);
            }
        }

        Pump();
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "Model {Name} {Version} loaded in {Milliseconds:F0} ms")]
    private static partial void LogLoaded(ILogger logger, string name, string version, double milliseconds);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "Model {Name} is unavailable: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string name, string reason);
}
