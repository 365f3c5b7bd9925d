using Microsoft.Extensions.Logging;
using QureHost.Archive;
using QureHost.Dicom;

namespace QureHost.Pipeline;

/// <summary>
/// Finds text reports among the documents that come in, structured reports and encapsulated documents, and attaches their
/// text to the study once. What a run of ours wrote is no report.
/// </summary>
internal sealed partial class ReportExtractor(ArchiveStore archive, ILogger logger)
{
    private const long LargestDocument = 32 << 20;
    private readonly SemaphoreSlim _one = new(1);

    public static bool MayHoldReports(IEnumerable<SeriesRow> series) => series.Any(s => s.Modality is "SR" or "DOC" or "OT");

    public async Task ExtractAsync(string site, string studyUid, IReadOnlyCollection<SeriesRow> series, CancellationToken ct)
    {
        try
        {
            var documents = series
                .SelectMany(s => archive.Index.GetInstances(site, studyUid, s.SeriesUid))
                .Where(i => DocumentText.IsTextDocument(i.SopClassUid) && i.Length <= LargestDocument)
                .ToArray();
            if (documents.Length == 0)
            {
                return;
            }

            await _one.WaitAsync(ct);   // two groups of one study must not attach a document twice
            try
            {
                var known = archive.Reports.OfStudy(site, studyUid).Select(r => r.Source).ToHashSet();
                foreach (var document in documents.Where(d => known.Add(d.SopInstanceUid)))
                {
                    await AttachAsync(site, studyUid, document, ct);
                }
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            LogFailed(logger, e.GetType().Name, e.StackTrace);
        }
    }

    private async Task AttachAsync(string site, string studyUid, InstanceRow document, CancellationToken ct)
    {
        try
        {
            await using var stream = archive.Objects.OpenPart10(document);
            var file = await DicomFile.ReadAsync(stream, DicomReadOptions.KeepAll, ct);
            if (DocumentText.Of(file.Dataset, document.SopClassUid) is { } text)
            {
                await archive.Reports.AddAsync(site, studyUid, text, modality: null, document.SopInstanceUid, ct);
            }
        }
        catch (Exception e) when (e is DicomFormatException or ArchiveException or IOException)
        {
            LogFailed(logger, e.GetType().Name, e.StackTrace);   // a damaged document stays an object of the study
        }
    }

    [LoggerMessage(EventId = 7401, Level = LogLevel.Warning, Message = "A report's text could not be read: {Type} {Stack}")]
    private static partial void LogFailed(ILogger logger, string type, string? stack);
}
