using Prometheus;

namespace QureHost.Products;

/// <summary>One product's times: as Prometheus histograms for ever, and the last few hundred for percentiles.</summary>
internal sealed class ProductTimes(string product)
{
    private const int Kept = 500;
    private static readonly double[] Buckets = [.25, .5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 1800, 3600];
    private static readonly Histogram FirstFinding = Metrics.CreateHistogram(
        "qurehost_product_first_finding_seconds", "From the last slice before the run was queued to the run's first result.", ["product"], new HistogramConfiguration { Buckets = Buckets });

    private static readonly Histogram Finish = Metrics.CreateHistogram(
        "qurehost_product_finished_seconds", "From the last slice before the run was queued to the run's end.", ["product"], new HistogramConfiguration { Buckets = Buckets });

    private static readonly Counter Misses = Metrics.CreateCounter("qurehost_deadline_misses_total", "Runs that finished after they were due.", ["product"]);
    private static readonly Counter Failures = Metrics.CreateCounter("qurehost_runs_failed_total", "Runs that failed for good, or were cancelled.", ["product"]);
    private readonly Queue<double> _first = new();
    private readonly Queue<double> _finished = new();
    private long _runs;
    private long _missed;
    private long _failed;

    public void First(TimeSpan took)
    {
        FirstFinding.WithLabels(product).Observe(took.TotalSeconds);
        Keep(_first, took);
    }

    public void Finished(TimeSpan took, bool missed)
    {
        Finish.WithLabels(product).Observe(took.TotalSeconds);
        Keep(_finished, took);
        _runs++;
        if (missed)
        {
            _missed++;
        }

        Misses.WithLabels(product).Inc(missed ? 1 : 0);
    }

    public void Failed()
    {
        Failures.WithLabels(product).Inc();
        _failed++;
    }

    public ProductTimesView View(string id) => new(id, _runs, _failed, _missed, PercentilesOf(_first), PercentilesOf(_finished));

    private static void Keep(Queue<double> times, TimeSpan took)
    {
        times.Enqueue(Math.Max(0, took.TotalSeconds));
        if (times.Count > Kept)
        {
            times.Dequeue();
        }
    }

    private static PercentileView? PercentilesOf(Queue<double> times)
    {
        if (times.Count == 0)
        {
            return null;
        }

        double[] sorted = [.. times.Order()];
        double At(double share) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)], 3);
        return new PercentileView(sorted.Length, At(.5), At(.9), At(.99));
    }
}

/// <summary>A product's times since the host started.</summary>
internal sealed record ProductTimesView(string Product, long Finished, long Failed, long Misses, PercentileView? FirstFinding, PercentileView? End);

/// <summary>Percentiles in seconds of the last runs.</summary>
internal sealed record PercentileView(int Count, double P50, double P90, double P99);
