using System.Runtime.CompilerServices;
using QureHost.Dicom;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>
/// A study out of a folder of Part 10 files, complete from the start: for products that run without a server. Files that
/// are no DICOM are passed over; <c>*.txt</c> are reports.
/// </summary>
public sealed class FolderStudy : IStudy
{
    private readonly List<FolderSeries> _series;
    private readonly IReadOnlyList<StudyReport> _reports;

    private FolderStudy(string uid, IEnumerable<FolderInstance> instances, IEnumerable<StudyReport> posted)
    {
        Uid = uid;
        _series = [.. instances.GroupBy(i => i.Identity.SeriesUid, StringComparer.Ordinal).Select(g => new FolderSeries(g.Key, g))
            .OrderBy(s => s.Instances[0].Dataset.GetDouble(DicomTags.SeriesNumber) ?? double.MaxValue).ThenBy(s => s.Uid, StringComparer.Ordinal)];
        Tags = _series.Count > 0 ? new DatasetTags(_series[0].Instances[0].Dataset) : new DatasetTags(new DicomDataset());
        _reports = [.. _series.SelectMany(s => s.Instances).Select(ReportOf).OfType<StudyReport>().Concat(posted).OrderBy(r => r.At)];
    }

    public string Uid { get; }

    public ITags Tags { get; }

    public IReadOnlyList<ISeries> Series => _series;

    /// <summary>Every study below a folder (or of one file), those with most instances first.</summary>
    public static async Task<IReadOnlyList<FolderStudy>> OpenAllAsync(string path, CancellationToken ct = default)
    {
        var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : (IEnumerable<string>)[path];
        var instances = new List<FolderInstance>();
        var posted = new List<StudyReport>();
        foreach (var file in files)
        {
            ct.ThrowIfCancellationRequested();
            if (Path.GetExtension(file).Equals(".txt", StringComparison.OrdinalIgnoreCase))
            {
                var text = await File.ReadAllTextAsync(file, ct).ConfigureAwait(false);
                posted.Add(new StudyReport(Path.GetFileName(file), "posted", "", text.ReplaceLineEndings("\n"), File.GetLastWriteTimeUtc(file)));
            }
            else if (await FolderInstance.OpenAsync(file, ct).ConfigureAwait(false) is { } instance)
            {
                instances.Add(instance);
            }
        }

        var studies = instances.GroupBy(i => i.Identity.StudyUid, StringComparer.Ordinal).OrderByDescending(g => g.Count())
            .Select((g, i) => new FolderStudy(g.Key, g, i == 0 ? posted : [])).ToList();
        return studies.Count == 0 && posted.Count > 0 ? [new FolderStudy("", [], posted)] : studies;
    }

    /// <summary>The study of a folder; of several the one with most instances.</summary>
    /// <exception cref="InvalidDataException">There is no DICOM object and no report.</exception>
    public static async Task<FolderStudy> OpenAsync(string path, CancellationToken ct = default)
    {
        var studies = await OpenAllAsync(path, ct).ConfigureAwait(false);
        return studies.Count > 0 ? studies[0] : throw new InvalidDataException("There is no DICOM object in this folder.");
    }

    public async IAsyncEnumerable<StudyEvent> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var series in _series)
        {
            foreach (var sop in series.SopUids)
            {
                ct.ThrowIfCancellationRequested();
                yield return new SliceStored(series.Uid, sop);
            }
        }

        foreach (var report in _reports)
        {
            yield return new ReportAdded(report.Id);
        }

        yield return new StudySettled();
    }

    public async IAsyncEnumerable<IStudy> PriorsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    public async IAsyncEnumerable<Result> ResultsOfAsync(string product, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    public async IAsyncEnumerable<StudyReport> ReportsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var report in _reports)
        {
            yield return report;
        }
    }

    private static StudyReport? ReportOf(FolderInstance instance) => ReportText.Of(instance.Dataset) is { } text
        ? new StudyReport(instance.Identity.SopInstanceUid, "sr", instance.Dataset.GetString(DicomTags.Modality) ?? "", text, File.GetLastWriteTimeUtc(instance.Path)) : null;
}
