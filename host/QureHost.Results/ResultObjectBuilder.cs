using QureHost.Dicom;
using QureHost.Results.Captures;
using QureHost.Results.Modules;
using QureHost.Results.Reports;
using QureHost.Results.Segmentations;
using QureHost.Sdk.Results;

namespace QureHost.Results;

/// <summary>
/// Writes what a run said as DICOM objects of the study, in series of their own: segmentations, captures, and a report that
/// points to them. The same input gives the same bytes, so that a run stored twice is stored once.
/// </summary>
public static class ResultObjectBuilder
{
    public static async Task<IReadOnlyList<ResultObject>> BuildAsync(ResultObjectInput input, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(input);
        var images = new SourceImages(input);
        var objects = new List<DicomDataset>();
        var segments = new List<WrittenSegment>();
        foreach (var mask in input.Results.OfType<Mask>().Where(m => m.Form == MaskForm.Labelmap))
        {
            if (SegmentationObject.Build(input, images, mask, objects.Count + 1) is not { } written)
                continue;
            objects.Add(written.Dataset);
            segments.AddRange(written.Segments);
        }

        objects.AddRange(await HeatmapCapture.BuildAsync(input, images, ct).ConfigureAwait(false));
        objects.AddRange(MeasurementReport.Build(input, images, segments));
        return [.. objects.Select(Encode)];
    }

    private static ResultObject Encode(DicomDataset dataset) => new(
        dataset.GetString(DicomTags.SOPClassUID)!,
        dataset.GetString(DicomTags.SOPInstanceUID)!,
        DicomFile.ToBytes(dataset, TransferSyntax.ExplicitLittleEndian));
}
