using System.Collections.Concurrent;
using System.Text.Json;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Imaging;
using QureHost.Inference;
using QureHost.Plugins;
using QureHost.Sdk;
using QureHost.Sdk.Inference;
using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Pipeline;

/// <summary>The host's side of one attempt: results and progress become events, models carry the job's lane and deadline.</summary>
internal sealed class JobHost(
    ArchiveStore archive,
    InferenceService inference,
    Job job,
    string owner,
    LiveStudy study,
    LaneGate gate,
    PipelineOptions options,
    TimeProvider time,
    string? ownModels = null) : IRunHost
{
    private const int WritesAhead = 32;
    private readonly SemaphoreSlim _publishing = new(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Result> _results = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<UsedModel> _models = [];
    private readonly ConcurrentDictionary<string, Task> _writes = new(StringComparer.Ordinal);
    private long _progressAt;
    private Task<bool> _progress = Task.FromResult(true);

    public IStudy Study => study;

    public Lane Lane => (Lane)job.Lane;

    /// <summary>What stands, in the order of first publication.</summary>
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

    public IReadOnlyList<UsedModel> Models
    {
        get
        {
            lock (_gate)
            {
                return [.. _models.Distinct()];
            }
        }
    }

    public bool Knows(string sopUid) => study.Knows(sopUid);

    public ReadOnlyMemory<byte> JsonOf(ITags tags)
    {
        if (tags is not DatasetTags { Dataset: var dataset })
        {
            return "{}"u8.ToArray();
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DicomJson.WriterOptions))
        {
            DicomJson.Write(json, dataset);
        }

        return stream.GetBuffer().AsMemory(0, (int)stream.Length);
    }

    public async ValueTask<IModel> OpenModelAsync(string name, CancellationToken ct)
    {
        var model = await inference.OpenAsync(name, new RunContext(job.Site, job.Product, Lane, job.DueAt) { OwnModels = ownModels, Run = job.RunId, QueuedAt = job.CreatedAt }, ct);
        lock (_gate)
        {
            _models.Add(new UsedModel(model.Name, model.Version, model.Sha256));
        }

        return new ScheduledModel(model);
    }

    public ValueTask<ITensor> RentAsync(TensorType type, IReadOnlyList<int> shape, CancellationToken ct) =>
        ValueTask.FromResult(inference.Rent(type, shape));

    public async ValueTask CheckpointAsync(double? done, string stage, CancellationToken ct)
    {
        // Progress is told and not waited for: the product's next step does not wait for a disk. One write is under way at
        // a time, and what it answers is heard at the next checkpoint.
        if (_progress.IsCompleted)
        {
            if (!await _progress)
            {
                throw new OperationCanceledException("The run is no longer ours.");
            }

            if (_progressAt == 0 || time.GetElapsedTime(_progressAt) >= options.ProgressPeriod)
            {
                _progressAt = time.GetTimestamp();
                _progress = archive.Jobs.ProgressAsync(job.RunId, owner, options.Lease, done, stage, CancellationToken.None);
            }
        }

        await gate.PassAsync(Lane, ct);
    }

    /// <summary>
    /// Queues a result for the log, where it stands in order. The product goes on while it is written: what waits is
    /// written together, and the run's end waits for all of it.
    /// </summary>
    public async ValueTask PublishAsync(Result result, CancellationToken ct)
    {
        if (result is Mask mask)
        {
            result = mask with { Data = mask.Data.ToArray() };   // the product may reuse its buffer once this returns
        }

        await _publishing.WaitAsync(ct);
        try
        {
            // Words about one result keep their order.
            await SettleAsync(result.Id);
            while (_writes.Count >= WritesAhead)
            {
                await SettleAsync(_writes.First().Key);
            }

            _writes[result.Id] = WriteAsync(result);
            lock (_gate)
            {
                if (!_results.ContainsKey(result.Id))
                {
                    _order.Remove(result.Id);
                    _order.Add(result.Id);
                }

                _results[result.Id] = result;
            }
        }
        finally
        {
            _publishing.Release();
        }
    }

    public async ValueTask WithdrawAsync(string id, string reason, CancellationToken ct)
    {
        await SettleAsync(id);
        await archive.Results.WithdrawAsync(job, id, reason, ct);
        lock (_gate)
        {
            _results.Remove(id);
        }
    }

    /// <summary>Waits until all that was said is durable.</summary>
    /// <exception cref="OperationCanceledException">The attempt is over: cancelled, or another has begun.</exception>
    public async Task FlushAsync()
    {
        foreach (var id in _writes.Keys)
        {
            await SettleAsync(id);
        }
    }

    /// <summary>Waits for what is under way, whatever becomes of it, so that nothing comes after the run's end.</summary>
    public Task EndAsync() => Task.WhenAll([.. _writes.Values, _progress]).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);

    private async Task SettleAsync(string id)
    {
        if (_writes.TryGetValue(id, out var write))
        {
            await write;
            _writes.TryRemove(new KeyValuePair<string, Task>(id, write));
        }
    }

    private async Task WriteAsync(Result result)
    {
        MaskLink? link = null;
        if (result is Mask mask)
        {
            var blob = await archive.Objects.PutBlobAsync(job.Site, mask.Data, CancellationToken.None);
            link = new MaskLink($"/api/v1/masks/{blob}", mask.Rows, mask.Columns, mask.Data.Length);
        }

        if (await archive.Results.PublishAsync(job, result.Id, ResultData.Write(result, link), CancellationToken.None) == 0)
        {
            throw new OperationCanceledException("The run is no longer ours.");
        }
    }

    /// <summary>Takes back what an earlier attempt said and this one did not say again.</summary>
    public Task WithdrawStaleAsync(CancellationToken ct) =>
        archive.Results.WithdrawEarlierAsync(job, "A later attempt did not find it again.", ct);
}

/// <summary>Where a mask's bytes are.</summary>
internal sealed record MaskLink(string Href, int Rows, int Columns, long Bytes);

/// <summary>The JSON of a <c>result.published</c> event: <c>{result, mask?}</c>.</summary>
internal static class ResultData
{
    public static string Write(Result result, MaskLink? mask)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("result");
            JsonSerializer.Serialize(writer, result, SdkJson.Default.Result);
            if (mask is not null)
            {
                writer.WriteStartObject("mask");
                writer.WriteString("href", mask.Href);
                writer.WriteNumber("rows", mask.Rows);
                writer.WriteNumber("columns", mask.Columns);
                writer.WriteNumber("bytes", mask.Bytes);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads it back; null where it is not one.</summary>
    public static (Result Result, string? BlobId)? Read(string data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            var result = document.RootElement.GetProperty("result").Deserialize(SdkJson.Default.Result);
            var href = document.RootElement.TryGetProperty("mask", out var mask) ? mask.GetProperty("href").GetString() : null;
            return result is null ? null : (result, href?[(href.LastIndexOf('/') + 1)..]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
