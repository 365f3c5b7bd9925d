using QureHost.Archive;

namespace QureHost.Pipeline;

/// <summary>
/// When a run that is queued now should be done: what its product took lately, behind the open runs that go before it. An
/// estimate to be shown, late or not; it changes no order.
/// </summary>
internal sealed class RunForecast(ArchiveStore archive, TimeProvider time)
{
    private const int Remembered = 20;
    private static readonly int Parallel = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Null where the product has not finished a run yet: nothing is known of it.</summary>
    public DateTimeOffset? Of(string product, JobLane lane, DateTimeOffset dueAt)
    {
        var known = new Dictionary<string, double?>(StringComparer.Ordinal);
        if (Seconds(known, product) is not { } own)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var before = 0.0;
        foreach (var job in archive.Jobs.List(new JobFilter { States = [JobState.Queued, JobState.Running] }))
        {
            if (job.State == JobState.Running || job.Lane < lane || (job.Lane == lane && job.DueAt <= dueAt))
            {
                var took = job is { State: JobState.Running, StartedAt: { } since } ? (now - since).TotalSeconds : 0;
                before += Math.Max(0, (Seconds(known, job.Product) ?? own) - took);
            }
        }

        return now.AddSeconds((before / Parallel) + own);
    }

    private double? Seconds(Dictionary<string, double?> known, string product)
    {
        if (!known.TryGetValue(product, out var seconds))
        {
            var took = archive.Jobs.List(new JobFilter { Product = product, States = [JobState.Finished], Limit = Remembered })
                .Where(j => j is { StartedAt: not null, FinishedAt: not null })
                .Select(j => (j.FinishedAt!.Value - j.StartedAt!.Value).TotalSeconds)
                .ToArray();
            known[product] = seconds = took.Length > 0 ? took.Average() : null;
        }

        return seconds;
    }
}
