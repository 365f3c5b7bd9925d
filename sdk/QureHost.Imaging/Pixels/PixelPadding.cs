using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>Stored values that are no image: Pixel Padding Value (0028,0120), with its Range Limit (0028,0121) (PS3.3 §C.7.5.1.1.2).</summary>
internal readonly record struct PixelPadding(bool Exists, double Least, double Most)
{
    public bool Contains(double stored) => Exists && stored >= Least && stored <= Most;

    public static PixelPadding Of(DicomDataset dataset, bool isSigned, int bits)
    {
        if (dataset.GetInt32(DicomTags.PixelPaddingValue) is not { } value)
        {
            return default;
        }

        var first = AsStored(value, isSigned, bits);
        var last = dataset.GetInt32(DicomTags.PixelPaddingRangeLimit) is { } limit ? AsStored(limit, isSigned, bits) : first;
        return new PixelPadding(true, Math.Min(first, last), Math.Max(first, last));
    }

    /// <summary>The VR (US or SS) is often not that of the pixels: the same 16 bits are meant.</summary>
    private static double AsStored(int value, bool isSigned, int bits) => bits > 16 ? value : isSigned ? (short)value : (ushort)value;
}
