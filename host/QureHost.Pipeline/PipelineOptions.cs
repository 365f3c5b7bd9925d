using QureHost.Sdk.Results;

namespace QureHost.Pipeline;

/// <summary>The pipeline's times and numbers.</summary>
public sealed record PipelineOptions
{
    /// <summary>A study is settled when nothing came for so long.</summary>
    public TimeSpan StudyQuiet { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A series is quiet when nothing came for so long.</summary>
    public TimeSpan SeriesQuiet { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Runs that work at once; one that waits for slices does not count. Stat and urgent runs may go beyond it, see <see cref="Reserve"/>.</summary>
    public int Parallel { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Runs of the stat and urgent lanes that may start although <see cref="Parallel"/> others are under way.</summary>
    public int Reserve { get; init; } = 2;

    /// <summary>Runs at once in all, those that wait for their study's next slice included.</summary>
    public int MostRuns { get; init; } = 256;

    /// <summary>How long a claim holds without renewal; it is renewed three times within.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before a further attempt; doubled for each.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Progress is written at most so often.</summary>
    public TimeSpan ProgressPeriod { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Jobs that wait for a time (a pause, a lease) are looked for so often; all others are claimed at once.</summary>
    public TimeSpan ClaimPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much a run may say.</summary>
    public ResultLimits Limits { get; init; } = new();

    /// <summary>Priors that a product is shown at most.</summary>
    public int Priors { get; init; } = 20;
}
