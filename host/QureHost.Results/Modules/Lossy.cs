using QureHost.Dicom;

namespace QureHost.Results.Modules;

/// <summary>An image derived from one that lost information says so (PS3.3 §C.7.6.1.1.5).</summary>
internal static class Lossy
{
    public static void Carry(DicomDataset source, DicomDataset target)
    {
        if (source.GetString(DicomTags.LossyImageCompression) != "01")
        {
            target.Add(DicomTags.LossyImageCompression, "00");
            return;
        }

        target.Add(DicomTags.LossyImageCompression, "01");
        if (source.GetDoubles(DicomTags.LossyImageCompressionRatio) is { Length: > 0 } ratios && ratios.All(double.IsFinite))
            target.Add(DicomTags.LossyImageCompressionRatio, (ReadOnlySpan<double>)ratios);
        if (source.GetStrings(DicomTags.LossyImageCompressionMethod) is { Length: > 0 } methods)
            target.Add(DicomTags.LossyImageCompressionMethod, (ReadOnlySpan<string?>)methods);
    }
}
