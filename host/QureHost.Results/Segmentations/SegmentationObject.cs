using QureHost.Dicom;
using QureHost.Results.Coding;
using QureHost.Results.Modules;
using QureHost.Sdk.Results;

namespace QureHost.Results.Segmentations;

/// <summary>A labelmap as a binary segmentation over the frames that it was drawn on (PS3.3 §A.51).</summary>
internal static class SegmentationObject
{
    private const int SeriesNumber = 9902;
    private const int LargestPixelData = 1 << 30;

    /// <summary>The object and its segments; null where the mask is empty or its images are not of the study.</summary>
    public static (DicomDataset Dataset, List<WrittenSegment> Segments)? Build(ResultObjectInput input, SourceImages images, Mask mask, int instanceNumber)
    {
        if (mask.Images.Count == 0 || mask.Segments.Count is 0 or > 255 || !mask.Images.All(images.Has))
            return null;
        var (rows, columns) = MaskGrid.SizeFor(mask, images[mask.Images[0].Sop]);
        var frames = Frames(mask, rows, columns);
        if (frames.Count == 0)
            return null;

        var dataset = CompositeObject.New(input, SopClasses.Segmentation, "SEG", mask.Id, SeriesNumber, instanceNumber, $"AI segmentation: {input.ProductName} {input.Run.Version}");
        var uid = dataset.GetString(DicomTags.SOPInstanceUID)!;
        var geometry = mask.Images.Select(i => SliceGeometry.Of(images[i.Sop]!, i.Frame)).ToList();
        if (!geometry.TrueForAll(g => g is not null && g.IsParallelTo(geometry[0]!)))
            geometry = [.. geometry.Select(_ => (SliceGeometry?)null)]; // half a geometry is none
        AddImage(dataset, input, rows, columns, frames.Count);
        if (geometry[0] is null)
            dataset.AddEmpty(DicomTags.PatientOrientation);
        Lossy.Carry(images[mask.Images[0].Sop]!, dataset);
        dataset.AddBytes(DicomTags.PixelData, DicomVr.OB, Pixels(mask, frames, rows, columns));
        FunctionalGroups.Add(dataset, ResultUids.Instance(input.Run, "dimensions", mask.Id), images, mask, frames, geometry);

        var numbers = frames.Select(f => f.Label).Distinct().Select((label, i) => (label, Number: i + 1)).ToDictionary(p => p.label, p => p.Number);
        var segments = numbers.Select(n => new WrittenSegment(
            mask, mask.Segments[n.Key - 1], uid, n.Value, n.Value == 1, [.. frames.Where(f => f.Label == n.Key).Select(f => mask.Images[f.Image])])).ToList();
        dataset.AddSequence(DicomTags.SegmentSequence, segments.Select(s => Segment(input, s)));
        dataset.AddSequence(DicomTags.ReferencedSeriesSequence, images.BySeries(mask.Images.Select(i => i.Sop)));
        return (dataset, segments);
    }

    /// <summary>Frames with something on them, segment by segment: an empty frame says nothing.</summary>
    private static List<SegmentFrame> Frames(Mask mask, int rows, int columns)
    {
        var frames = new List<SegmentFrame>();
        for (var label = 1; label <= mask.Segments.Count; label++)
        {
            for (var image = 0; image < mask.Images.Count; image++)
            {
                var data = MaskGrid.Frame(mask, image);
                if (data.Contains((byte)label) && ((long)rows * columns * (frames.Count + 1) / 8) < LargestPixelData)
                    frames.Add(new SegmentFrame(label, image));
            }
        }

        // Going down to a coarser grid may lose the last pixel of a segment.
        var scratch = new byte[(((long)rows * columns) + 7) / 8];
        frames.RemoveAll(f => MaskGrid.Pack(MaskGrid.Frame(mask, f.Image), mask.Rows, mask.Columns, (byte)f.Label, scratch, 0, rows, columns) == 0);
        return frames;
    }

    private static byte[] Pixels(Mask mask, List<SegmentFrame> frames, int rows, int columns)
    {
        var area = (long)rows * columns;
        var bits = new byte[((area * frames.Count) + 15) / 16 * 2];
        for (var i = 0; i < frames.Count; i++)
            MaskGrid.Pack(MaskGrid.Frame(mask, frames[i].Image), mask.Rows, mask.Columns, (byte)frames[i].Label, bits, i * area, rows, columns);
        return bits;
    }

    private static void AddImage(DicomDataset dataset, ResultObjectInput input, int rows, int columns, int frames)
    {
        dataset.Add(DicomTags.ImageType, "DERIVED", "PRIMARY");
        dataset.Add(DicomTags.SamplesPerPixel, 1);
        dataset.Add(DicomTags.PhotometricInterpretation, "MONOCHROME2");
        dataset.Add(DicomTags.NumberOfFrames, frames);
        dataset.Add(DicomTags.Rows, rows);
        dataset.Add(DicomTags.Columns, columns);
        dataset.Add(DicomTags.BitsAllocated, 1);
        dataset.Add(DicomTags.BitsStored, 1);
        dataset.Add(DicomTags.HighBit, 0);
        dataset.Add(DicomTags.PixelRepresentation, 0);
        dataset.Add(DicomTags.SegmentationType, "BINARY");
        dataset.Add(DicomTags.ContentLabel, "AI_SEGMENTATION");
        dataset.Add(DicomTags.ContentDescription, Plain.Line($"{input.ProductName} {input.Run.Version}", 64));
        dataset.Add(DicomTags.ContentCreatorName, $"{ResultObjects.Manufacturer}^AI");
    }

    private static DicomDataset Segment(ResultObjectInput input, WrittenSegment segment)
    {
        var display = Plain.Line(Concepts.Display(segment.Name), 64);
        var algorithm = new DicomDataset()
            .AddSequence(DicomTags.AlgorithmFamilyCodeSequence, Codes.ArtificialIntelligence.ToItem())
            .Add(DicomTags.AlgorithmName, Plain.Line(input.Run.Product, 64))
            .Add(DicomTags.AlgorithmVersion, Plain.Line(input.Run.Version, 64))
            .Add(DicomTags.AlgorithmSource, ResultObjects.Manufacturer);
        if (input.Models.Count > 0)
            algorithm.Add(DicomTags.AlgorithmParameters, string.Join("; ", input.Models.Select(m => $"model={m.Name} version={m.Version} sha256={m.Sha256}")));
        return new DicomDataset()
            .Add(DicomTags.SegmentNumber, segment.Number)
            .Add(DicomTags.SegmentLabel, display)
            .Add(DicomTags.SegmentDescription, display)
            .Add(DicomTags.SegmentAlgorithmType, "AUTOMATIC")
            .Add(DicomTags.SegmentAlgorithmName, Plain.Line($"{input.Run.Product} {input.Run.Version}", 64))
            .Add(DicomTags.RecommendedDisplayCIELabValue, (ReadOnlySpan<int>)SegmentColours.Of(segment.Number))
            .Add(DicomTags.TrackingID, $"{input.Run.Product}/{segment.TrackingId}")
            .Add(DicomTags.TrackingUID, ResultUids.Tracking(input.Run, segment.TrackingId))
            .AddSequence(DicomTags.SegmentedPropertyCategoryCodeSequence, Codes.MorphologicallyAbnormal.ToItem())
            .AddSequence(DicomTags.SegmentedPropertyTypeCodeSequence, Concepts.Finding(segment.Name).ToItem())
            .AddSequence(DicomTags.SegmentationAlgorithmIdentificationSequence, algorithm);
    }
}

/// <summary>One frame of a segmentation: a label on an image of the mask.</summary>
internal readonly record struct SegmentFrame(int Label, int Image);

/// <summary>Colours that stay apart on grey, as CIELab of PCS values (PS3.3 §C.10.7.1.1).</summary>
internal static class SegmentColours
{
    private static readonly (double L, double A, double B)[] Lab = [(62, 60, 45), (80, -40, 60), (65, -10, -45), (85, 5, 75), (60, 65, -40), (85, -45, -10)];

    public static int[] Of(int number)
    {
        var (l, a, b) = Lab[(number - 1) % Lab.Length];
        return [(int)(l * 65535 / 100), (int)((a + 128) * 65535 / 255), (int)((b + 128) * 65535 / 255)];
    }
}
