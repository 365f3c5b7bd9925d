using System.Buffers;

namespace QureHost.Archive;

/// <summary>Studies, series and instances of all sites: searches, metadata and where the bytes are.</summary>
public sealed class StudyIndex
{
    internal StudyIndex()
    {
    }

    /// <summary>Writes a DICOM JSON array of the matching rows, ready to send.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="baseUrl">Address of the site's DICOMweb root without a slash at its end.</param>
    /// <param name="output">Where the JSON goes.</param>
    public QidoAnswer WriteMatches(QidoQuery query, string baseUrl, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>The matching rows as DICOM JSON objects (templates, see <see cref="JsonTemplate"/>).</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Query(QidoQuery query) => throw new NotImplementedException();

    /// <summary>How many rows match, counted up to a cap: counting is not free.</summary>
    public int Count(QidoQuery query, int cap) => throw new NotImplementedException();

    /// <summary>Writes the metadata of a study, series or instance as a DICOM JSON array, straight from the index's pages.</summary>
    /// <returns>Instances written; 0 where there is nothing (then <c>[]</c> was written).</returns>
    public int WriteMetadata(string site, string studyUid, string? seriesUid, string? sopInstanceUid, string baseUrl, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Instances of a study, series or one instance, in order of series and instance number.</summary>
    public IReadOnlyList<InstanceRow> GetInstances(string site, string studyUid, string? seriesUid = null, string? sopInstanceUid = null, bool withMetadata = false) => throw new NotImplementedException();

    /// <summary>One instance by its place; null where there is none.</summary>
    public InstanceRow? GetInstance(string site, string studyUid, string seriesUid, string sopInstanceUid) => throw new NotImplementedException();

    /// <summary>One instance by its SOP Instance UID alone.</summary>
    public InstanceRow? FindInstance(string site, string sopInstanceUid) => throw new NotImplementedException();

    public IReadOnlyList<SeriesRow> GetSeries(string site, string studyUid) => throw new NotImplementedException();

    public StudyRow? GetStudy(string site, string studyUid) => throw new NotImplementedException();

    public WorklistPage GetWorklist(WorklistQuery query) => throw new NotImplementedException();

    /// <summary>Earlier studies of the same patient: same site, issuer and Patient ID (never Patient ID alone), newest first.</summary>
    public IReadOnlyList<StudyRow> GetPriors(string site, string studyUid, int limit) => throw new NotImplementedException();

    /// <summary>Studies that are not settled: what assembly has to wait for after a start.</summary>
    public IReadOnlyList<StudyRow> GetUnsettled() => throw new NotImplementedException();

    /// <summary>Marks a study as settled with its event; false where it is settled already or not there.</summary>
    /// <param name="site">The study's site.</param>
    /// <param name="studyUid">The study.</param>
    /// <param name="reason"><c>quiet</c> or <c>signal</c>.</param>
    /// <param name="unchangedSince">Only if no instance came after this (<see cref="StudyRow.LastOutsideAt"/>).</param>
    /// <param name="ct">Cancels the wait, not the change.</param>
    public Task<bool> SettleAsync(string site, string studyUid, string reason, DateTimeOffset? unchangedSince, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Deletes a study, series or instance with its files; leaves tombstones and an event. Returns how many instances went.</summary>
    public Task<int> DeleteAsync(string site, string studyUid, string? seriesUid, string? sopInstanceUid, CancellationToken ct) => throw new NotImplementedException();
}
