using QureHost.Dicom;
using QureHost.Results.Coding;
using QureHost.Results.Modules;
using QureHost.Results.Segmentations;
using QureHost.Sdk.Results;

namespace QureHost.Results.Captures;

/// <summary>A heatmap burned over its image, as a secondary capture for viewers without overlays (PS3.3 §A.8).</summary>
internal static class HeatmapCapture
{
    /// <summary>Burned into every capture.</summary>
    public const string Warning = "AI overlay — research use, not for diagnosis";

    private const int SeriesNumber = 9903;
    private const int MostCaptures = 64;

    /// <summary>Captures of the heatmaps of present findings, and of those that belong to no finding.</summary>
    public static async Task<List<DicomDataset>> BuildAsync(ResultObjectInput input, SourceImages images, CancellationToken ct)
    {
        var captures = new List<DicomDataset>();
        var findings = input.Results.OfType<Finding>().GroupBy(f => f.Id).ToDictionary(g => g.Key, g => g.Last());
        foreach (var mask in input.Results.OfType<Mask>().Where(m => m.Form == MaskForm.Heatmap))
        {
            var finding = mask.Of is { } id ? findings.GetValueOrDefault(id) : null;
            if (finding is not null && finding.Presence != Presence.Present)
                continue;
            for (var i = 0; i < mask.Images.Count && captures.Count < MostCaptures; i++)
            {
                var image = mask.Images[i];
                if (!images.Has(image) || !HasHeat(mask, i) || await input.GreyOf(image, ct).ConfigureAwait(false) is not { } grey || !IsWhole(grey))
                    continue;
                captures.Add(Build(input, images, mask, i, grey, Caption(input, mask, finding), captures.Count + 1));
            }
        }

        return captures;
    }

    private static bool HasHeat(Mask mask, int index) => MaskGrid.Frame(mask, index).ContainsAnyExcept((byte)0);

    private static bool IsWhole(GreyImage grey) => grey.Rows > 0 && grey.Columns > 0 && grey.Samples.Length == (long)grey.Rows * grey.Columns;

    private static string Caption(ResultObjectInput input, Mask mask, Finding? finding)
    {
        var name = finding?.Name ?? (mask.Segments.Count > 0 ? mask.Segments[0] : null);
        var what = name is null ? "" : $" {Concepts.Display(name)}";
        return $"{input.Run.Product} {input.Run.Version}:{what}";
    }

    private static DicomDataset Build(ResultObjectInput input, SourceImages images, Mask mask, int index, GreyImage grey, string caption, int number)
    {
        var image = mask.Images[index];
        var picture = Draw(mask, index, grey, caption);
        var dataset = CompositeObject.New(input, SopClasses.SecondaryCaptureImage, "OT", $"{mask.Id}/{index}", SeriesNumber, number, $"AI overlay: {input.ProductName} {input.Run.Version}");
        dataset.Add(DicomTags.ConversionType, "WSD");
        dataset.Add(DicomTags.DateOfSecondaryCapture, dataset.GetString(DicomTags.ContentDate));
        dataset.Add(DicomTags.TimeOfSecondaryCapture, dataset.GetString(DicomTags.ContentTime));
        dataset.Add(DicomTags.ImageType, "DERIVED", "SECONDARY");
        dataset.AddEmpty(DicomTags.PatientOrientation);
        dataset.AddEmpty(DicomTags.Laterality);
        dataset.Add(DicomTags.ImageComments, Warning);
        dataset.Add(DicomTags.DerivationDescription, $"{Warning}. {caption}: heatmap over the source image");
        dataset.AddSequence(DicomTags.SourceImageSequence, images.Reference(image).AddSequence(DicomTags.PurposeOfReferenceCodeSequence, Codes.SourceImageForProcessing.ToItem()));
        dataset.Add(DicomTags.BurnedInAnnotation, "YES");
        Lossy.Carry(images[image.Sop]!, dataset);
        dataset.Add(DicomTags.SamplesPerPixel, 3);
        dataset.Add(DicomTags.PhotometricInterpretation, "RGB");
        dataset.Add(DicomTags.PlanarConfiguration, 0);
        dataset.Add(DicomTags.Rows, picture.Rows);
        dataset.Add(DicomTags.Columns, picture.Columns);
        dataset.Add(DicomTags.BitsAllocated, 8);
        dataset.Add(DicomTags.BitsStored, 8);
        dataset.Add(DicomTags.HighBit, 7);
        dataset.Add(DicomTags.PixelRepresentation, 0);
        dataset.AddBytes(DicomTags.PixelData, DicomVr.OB, picture.Samples);
        return dataset;
    }

    /// <summary>The picture under a band with the warning: nothing of the image is covered by letters.</summary>
    private static ColourImage Draw(Mask mask, int index, GreyImage grey, string caption)
    {
        var columns = Heatmap.ColumnsOf(grey);
        var scale = Math.Max(1, columns / 320);
        List<string> lines = [.. Lettering.Wrap(Warning, columns, scale), .. Lettering.Wrap(caption, columns, scale)];
        var band = ((lines.Count * Lettering.LineRows(scale)) + (2 * scale) + 1) & ~1;
        var picture = Heatmap.Over(grey, MaskGrid.Frame(mask, index), mask.Rows, mask.Columns, band);
        for (var i = 0; i < lines.Count; i++)
            Lettering.Draw(picture, lines[i], (2 * scale) + (i * Lettering.LineRows(scale)), scale, scale);
        return picture;
    }
}
