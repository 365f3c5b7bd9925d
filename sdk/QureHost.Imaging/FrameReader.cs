using QureHost.Dicom;
using QureHost.Dicom.Codecs;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging;

/// <summary>The bytes of one frame and how they are coded.</summary>
/// <param name="Bytes">The frame's pieces joined.</param>
/// <param name="Syntax">The file's transfer syntax.</param>
/// <param name="Frame">Number from 0.</param>
/// <param name="PixelTag">Pixel Data, Float or Double Float Pixel Data.</param>
/// <param name="PixelVr">Its VR in the file.</param>
/// <param name="BitOffset">For single-bit frames, see <see cref="FrameRange.BitOffset"/>.</param>
public readonly record struct FrameData(ReadOnlyMemory<byte> Bytes, TransferSyntax Syntax, int Frame, DicomTag PixelTag, DicomVr PixelVr, int BitOffset)
{
    public static FrameData Of(ReadOnlyMemory<byte> bytes, TransferSyntax syntax, int frame) => new(bytes, syntax, frame, DicomTags.PixelData, DicomVr.OW, 0);
}

/// <summary>From a frame's bytes to a slice of measured or display values.</summary>
public static class FrameReader
{
    /// <summary>Decodes into memory of its own.</summary>
    /// <exception cref="PixelsUnavailableException">No pixels, damaged pixels, or no decoder; the message is fit for a reader.</exception>
    public static ISlice Read(DicomDataset tags, FrameData data, PixelKind kind)
    {
        var format = FormatOf(tags);
        var samples = new short[format.Pixels];
        return new Slice(ReadInto(tags, data, kind, samples), samples);
    }

    /// <summary>Rows × Columns: how many samples <see cref="ReadInto"/> writes.</summary>
    /// <exception cref="PixelsUnavailableException">The attributes describe no image.</exception>
    public static int SampleCount(DicomDataset tags) => FormatOf(tags).Pixels;

    /// <summary>Decodes straight into memory that the caller owns, shared memory for example.</summary>
    /// <inheritdoc cref="Read"/>
    public static SliceHeader ReadInto(DicomDataset tags, FrameData data, PixelKind kind, Span<short> samples)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var format = FormatOf(tags);
        if (samples.Length < format.Pixels)
        {
            throw new ArgumentException("There is no room for the samples of this frame.", nameof(samples));
        }

        samples = samples[..format.Pixels];
        try
        {
            var decoded = FrameDecoder.Decode(data.Syntax, data.Bytes, format, data.PixelVr, data.BitOffset);
            var attributes = new FrameAttributes(tags, data.Frame);
            var isColor = ColorPixels.IsColor(decoded.Format);
            var (slope, intercept, unit) = isColor
                ? Luminance(ColorPixels.ToRgb(decoded, tags), kind, samples)
                : kind == PixelKind.Measured
                    ? WholeSteps.TryWrite(decoded, data.PixelTag, attributes, samples, out var measured)
                        ? measured
                        : MeasuredPixels.Write(StoredPixels.Of(decoded, data.PixelTag), attributes, samples)
                    : DisplayPixels.Write(StoredPixels.Of(decoded, data.PixelTag), attributes, samples);
            return new SliceHeader(
                tags.GetString(DicomTags.SOPInstanceUID) ?? "",
                data.Frame,
                format.Rows,
                format.Columns,
                FrameGeometry.PlaneOf(attributes),
                FrameGeometry.SpacingOf(attributes),
                unit,
                slope,
                intercept,
                isColor);
        }
        catch (CodecException e)
        {
            throw new PixelsUnavailableException(e.Message, e);
        }
    }

    /// <summary>Colour becomes luminance: 0 to 255 measured, 0 to 1 for display.</summary>
    private static (double Slope, double Intercept, string Unit) Luminance(ReadOnlySpan<byte> rgb, PixelKind kind, Span<short> samples)
    {
        // Sixteenths keep what rounding to whole steps would lose.
        const double Step = 1 / 16.0;
        for (int i = 0, at = 0; i < samples.Length; i++, at += 3)
        {
            samples[i] = (short)Math.Round(ColorPixels.Luminance(rgb[at], rgb[at + 1], rgb[at + 2]) / Step);
        }

        return (kind == PixelKind.Display ? Step / 255 : Step, 0, "");
    }

    internal static PixelFormat FormatOf(DicomDataset tags)
    {
        try
        {
            return PixelFormat.FromDataset(tags);
        }
        catch (CodecException e)
        {
            throw new PixelsUnavailableException(e.Message, e);
        }
    }
}
