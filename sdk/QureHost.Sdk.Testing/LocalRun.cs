using System.Text.Json;
using QureHost.Onnx;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Sdk.Testing;

/// <summary>The host's side of a run, without a host.</summary>
internal sealed class LocalRun(PluginManifest manifest, IStudy study, JsonElement settings, LocalModels models, IProgress<Checkpoint>? progress) : IRun
{
    private static readonly JsonSerializerOptions SettingsJson = new(JsonSerializerDefaults.Web);
    private readonly ResultContract _contract = new(manifest);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Result> _results = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<OpenedModel> _models = [];
    private readonly List<Checkpoint> _checkpoints = [];

    public RunInfo Info { get; } = new(Guid.NewGuid().ToString("N"), 1, manifest.Id, manifest.Version, "default", study.Uid);

    public IStudy Study => study;

    /// <summary>The first rule that the product broke, even if it caught the exception.</summary>
    public ContractException? Broken { get; private set; }

    public IReadOnlyList<Result> Results
    {
        get
        {
            lock (_gate)
            {
                return [.. _order.Where(_results.ContainsKey).Select(id => _results[id])];
            }
        }
    }

    public IReadOnlyList<OpenedModel> Models
    {
        get
        {
            lock (_gate)
            {
                return [.. _models.Distinct()];
            }
        }
    }

    public IReadOnlyList<Checkpoint> Checkpoints
    {
        get
        {
            lock (_gate)
            {
                return [.. _checkpoints];
            }
        }
    }

    public T Settings<T>()
        where T : class, new() => settings.Deserialize<T>(SettingsJson) ?? new T();

    public ValueTask<IModel> ModelAsync(string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!manifest.Models.Contains(name))
        {
            throw Break(new ContractException($"The model '{name}' is not listed in the manifest."));
        }

        var model = models.Open(name);
        lock (_gate)
        {
            _models.Add(new OpenedModel(model.Name, model.Version, model.Sha256));
        }

        return ValueTask.FromResult<IModel>(model);
    }

    public ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct) =>
        ValueTask.FromResult<ITensor>(ArrayTensor.Rent(type, shape));

    public ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (done is not (null or (>= 0 and <= 1)) || stage is null || stage.Length > 200)
        {
            throw Break(new ContractException("A checkpoint says 0..1 or null, and a stage of at most 200 characters."));
        }

        var checkpoint = new Checkpoint(done, stage);
        lock (_gate)
        {
            _checkpoints.Add(checkpoint);
        }

        progress?.Report(checkpoint);
        return ValueTask.CompletedTask;
    }

    public ValueTask PublishAsync(Result result, CancellationToken ct)
    {
        try
        {
            _contract.Check(result);
        }
        catch (ContractException e)
        {
            throw Break(e);
        }

        lock (_gate)
        {
            if (!_results.ContainsKey(result.Id))
            {
                _order.Remove(result.Id);
                _order.Add(result.Id);
            }

            _results[result.Id] = result is Mask mask ? mask with { Data = mask.Data.ToArray() } : result;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask WithdrawAsync(string id, string reason, CancellationToken ct)
    {
        try
        {
            _contract.CheckWithdrawal(id);
        }
        catch (ContractException e)
        {
            throw Break(e);
        }

        lock (_gate)
        {
            _results.Remove(id);
        }

        return ValueTask.CompletedTask;
    }

    private ContractException Break(ContractException e)
    {
        Broken ??= e;
        return e;
    }
}
