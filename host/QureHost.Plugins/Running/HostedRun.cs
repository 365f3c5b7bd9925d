using System.Text.Json;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins;

/// <summary>The product's side of a run: holds what it does against the contract, counts its time, and goes dead when the run ends.</summary>
internal sealed class HostedRun(RunInfo info, PluginManifest manifest, JsonElement settings, IRunHost host, RunClock clock, ResultLimits limits, Action broken) : IRun
{
    private static readonly JsonSerializerOptions SettingsJson = new(JsonSerializerDefaults.Web);
    private readonly ResultContract _contract = new(manifest, limits);
    private volatile bool _ended;

    public RunInfo Info => info;

    public IStudy Study => host.Study;

    /// <summary>The first rule that the product broke, even if it caught the exception.</summary>
    public ContractException? Broken { get; private set; }

    public T Settings<T>()
        where T : class, new()
    {
        try
        {
            return settings.Deserialize<T>(SettingsJson) ?? new T();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Break(new ContractException($"The site's settings do not fit {typeof(T).Name}: {e.Message}"));
        }
    }

    public async ValueTask<IModel> ModelAsync(string name, CancellationToken ct)
    {
        ThrowIfEnded();
        if (!manifest.Models.Contains(name))
        {
            throw Break(new ContractException($"The model '{name}' is not listed in the manifest."));
        }

        using (clock.Wait())
        {
            return new TimedModel(await host.OpenModelAsync(name, ct), clock);
        }
    }

    public async ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct)
    {
        ThrowIfEnded();
        return await host.RentAsync(type, shape, ct);
    }

    public async ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct)
    {
        ThrowIfEnded();
        if (done is not (null or (>= 0 and <= 1)) || stage is null || stage.Length > 200)
        {
            throw Break(new ContractException("A checkpoint says 0..1 or null, and a stage of at most 200 characters."));
        }

        ct.ThrowIfCancellationRequested();
        using (clock.Wait())
        {
            await host.CheckpointAsync(done, stage, ct);
        }
    }

    public async ValueTask PublishAsync(Result result, CancellationToken ct)
    {
        ThrowIfEnded();
        try
        {
            _contract.Check(result);
            CheckImages(result);
        }
        catch (ContractException e)
        {
            throw Break(e);
        }

        using (clock.Wait())
        {
            await host.PublishAsync(result, ct);
        }
    }

    public async ValueTask WithdrawAsync(string id, string reason, CancellationToken ct)
    {
        ThrowIfEnded();
        try
        {
            _contract.CheckWithdrawal(id);
        }
        catch (ContractException e)
        {
            throw Break(e);
        }

        using (clock.Wait())
        {
            await host.WithdrawAsync(id, reason, ct);
        }
    }

    /// <summary>A result speaks of the study that the run was given, and of no other.</summary>
    private void CheckImages(Result result)
    {
        IEnumerable<ImageRef> images = result switch
        {
            Gate { Image: { } image } => [image],
            Finding finding => finding.Images,
            Shape shape => [shape.Image],
            Mask mask => mask.Images,
            KeyImage key => [key.Image],
            _ => [],
        };
        if (images.FirstOrDefault(i => !host.Knows(i.Sop)) is { } foreign)
        {
            throw new ContractException($"The {result.GetType().Name.ToLowerInvariant()} '{result.Id}' points at instance {foreign.Sop}, which this run was not shown.");
        }
    }

    /// <summary>From here on every call fails: an abandoned product can do nothing more to the study.</summary>
    public void End() => _ended = true;

    private ContractException Break(ContractException e)
    {
        // The run has failed whatever follows: it is told to stop, and the host listens no more.
        Broken ??= e;
        _ended = true;
        broken();
        return e;
    }

    private void ThrowIfEnded()
    {
        if (_ended)
        {
            throw new OperationCanceledException("This run has ended.");
        }
    }
}
