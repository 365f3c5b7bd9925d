using Microsoft.Extensions.Logging;
using QureHost.Archive;

namespace QureHost.Pipeline;

/// <summary>
/// Notices when a study, or a series of one, is complete as far as can be told: by quiet time, or because somebody said
/// so. The truth is the index's; the timers are made anew from it after a start.
/// </summary>
internal sealed partial class StudyAssembler : IDisposable
{
    private readonly ArchiveStore _archive;
    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly QuietTimes<(string Site, string StudyUid)> _studies;
    private readonly QuietTimes<(string Site, string StudyUid, string SeriesUid)> _series;

    public StudyAssembler(ArchiveStore archive, PipelineOptions options, TimeProvider time, ILogger logger, Func<string, string, string, Task> seriesQuiet)
    {
        (_archive, _options, _time, _logger) = (archive, options, time, logger);
        _studies = new QuietTimes<(string, string)>(time, key => _ = TrySettleAsync(key.Item1, key.Item2));
        _series = new QuietTimes<(string, string, string)>(time, key => _ = seriesQuiet(key.Item1, key.Item2, key.Item3));
    }

    /// <summary>Takes up the studies that were not settled when the host stopped.</summary>
    public void Recover()
    {
        foreach (var study in _archive.Index.GetUnsettled())
        {
            _studies.Touch((study.Site, study.StudyUid), study.LastOutsideAt + _options.StudyQuiet);
            foreach (var series in _archive.Index.GetSeries(study.Site, study.StudyUid).Where(s => s.RunId is null))
            {
                _series.Touch((study.Site, study.StudyUid, series.SeriesUid), study.LastOutsideAt + _options.SeriesQuiet);
            }
        }
    }

    /// <summary>Something came in.</summary>
    public void Received(string site, string studyUid, IEnumerable<string> seriesUids)
    {
        var now = _time.GetUtcNow();
        _studies.Touch((site, studyUid), now + _options.StudyQuiet);
        foreach (var series in seriesUids)
        {
            _series.Touch((site, studyUid, series), now + _options.SeriesQuiet);
        }
    }

    public void Dispose()
    {
        _studies.Dispose();
        _series.Dispose();
    }

    private async Task TrySettleAsync(string site, string studyUid)
    {
        try
        {
            if (_archive.Index.GetStudy(site, studyUid) is not { Settled: false } study)
            {
                return;
            }

            var due = study.LastOutsideAt + _options.StudyQuiet;
            if (due > _time.GetUtcNow()
                || !await _archive.Index.SettleAsync(site, studyUid, "quiet", study.LastOutsideAt, CancellationToken.None))
            {
                // Something came between: its quiet time begins anew.
                _studies.Touch((site, studyUid), _time.GetUtcNow() + _options.StudyQuiet);
            }
        }
        catch (Exception e)
        {
            LogFailed(_logger, e.GetType().Name, e.StackTrace);
            _studies.Touch((site, studyUid), _time.GetUtcNow() + _options.StudyQuiet);
        }
    }

    [LoggerMessage(EventId = 7101, Level = LogLevel.Error, Message = "A study could not be settled and is tried again: {Type} {Stack}")]
    private static partial void LogFailed(ILogger logger, string type, string? stack);
}
