using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Pipeline;
using QureHost.Results;
using QureHost.Sdk;
using QureHost.Sdk.Results;

namespace QureHost.Products;

/// <summary>Stores a run's results back into its study as DICOM objects, in series of their own that trigger no product.</summary>
internal sealed class ResultStorer(ArchiveStore archive, GreyFrames frames) : IResultPublisher
{
    public async ValueTask PublishAsync(FinishedRun run, CancellationToken ct)
    {
        var job = run.Job;
        var instances = archive.Index.GetInstances(job.Site, job.StudyUid).Where(i => i.RunId is null).ToDictionary(i => i.SopInstanceUid);
        if (instances.Count == 0)
        {
            return; // the study was deleted meanwhile
        }

        var named = new Dictionary<string, DicomDataset>();
        foreach (var sop in run.Results.SelectMany(ImagesOf).Select(i => i.Sop).Distinct().Where(instances.ContainsKey))
        {
            named[sop] = await ReadAsync(instances[sop], ct);
        }

        var input = new ResultObjectInput
        {
            Run = new RunInfo(job.RunId, job.Attempt, job.Product, job.Version, job.Site, job.StudyUid),
            ProductName = run.Manifest.Name,
            Models = [.. run.Models.Select(m => new ModelUsed(m.Name, m.Version, m.Sha256))],
            Results = run.Results,

            // The job's own time, the same in every attempt: an object stored by an attempt that was cut off is met again, not doubled.
            FinishedAt = job.CreatedAt,
            Source = named.Count > 0 ? named.Values.First() : await ReadAsync(instances.Values.First(), ct),
            InstanceOf = named.GetValueOrDefault,
            GreyOf = async (image, token) => instances.TryGetValue(image.Sop, out var row) ? await frames.ReadAsync(row, image.Frame, token) : null,
        };
        var objects = await ResultObjectBuilder.BuildAsync(input, ct);
        var refused = await StoreAsync(job, objects, ct);
        if (refused.Any(o => o.FailureReason == FailureReasons.DuplicateSopInstance))
        {
            // An earlier attempt of this run stored other results: this attempt's take their place.
            foreach (var outcome in refused.Where(o => o.FailureReason == FailureReasons.DuplicateSopInstance))
            {
                await archive.Index.DeleteAsync(job.Site, job.StudyUid, outcome.SeriesUid, outcome.SopInstanceUid, ct);
            }

            refused = await StoreAsync(job, objects, ct);
        }

        if (refused.Count > 0)
        {
            throw new InvalidDataException($"The archive refused a result object: {refused[0].Message}");
        }
    }

    private async Task<IReadOnlyList<IngestOutcome>> StoreAsync(Job job, IReadOnlyList<ResultObject> objects, CancellationToken ct)
    {
        await using var group = archive.Ingest.Begin(job.Site, "run", job.RunId, job.StudyUid);
        foreach (var item in objects)
        {
            await group.AddAsync(item.Part10, ct);
        }

        return [.. (await group.CommitAsync(ct)).Where(o => o.Status == IngestStatus.Refused)];
    }

    private async ValueTask<DicomDataset> ReadAsync(InstanceRow row, CancellationToken ct)
    {
        await using var stream = archive.Objects.OpenPart10(row);
        return (await DicomFile.ReadAsync(stream, null, ct)).Dataset;
    }

    private static IEnumerable<ImageRef> ImagesOf(Result result) => result switch
    {
        Finding f => f.Images,
        Gate { Image: { } image } => [image],
        Shape s => [s.Image],
        Mask m => m.Images,
        KeyImage k => [k.Image],
        _ => [],
    };
}
