using System.Runtime.InteropServices;
using QureHost.Dicom;
using QureHost.Dicom.Codecs;

namespace QureHost.Imaging;

/// <summary>Colour frames as 8-bit RGB (PS3.3 §C.7.6.3.1.2).</summary>
internal static class ColorPixels
{
    public static bool IsColor(in PixelFormat format) => format.SamplesPerPixel >= 3 || format.Photometric == "PALETTE COLOR";

    public static byte[] ToRgb(DecodedFrame frame, DicomDataset dataset)
    {
        var format = frame.Format;
        if (format.SamplesPerPixel == 1)
        {
            return Palette(frame, dataset);
        }

        var samples = Eight(frame);
        var rgb = new byte[format.Pixels * 3];
        var step = format.SamplesPerPixel;
        var ybr = format.Photometric.StartsWith("YBR", StringComparison.Ordinal);
        var partial = format.Photometric.StartsWith("YBR_PARTIAL", StringComparison.Ordinal);
        var reversible = format.Photometric == "YBR_RCT";
        for (int i = 0, o = 0; o < rgb.Length; i += step, o += 3)
        {
            int a = samples[i], b = samples[i + 1], c = samples[i + 2];
            if (ybr && !reversible)
            {
                (a, b, c) = FromYbr(a, b, c, partial);
            }

            rgb[o] = (byte)a;
            rgb[o + 1] = (byte)b;
            rgb[o + 2] = (byte)c;
        }

        return rgb;
    }

    /// <summary>ITU-R BT.601 luminance, 0 to 255.</summary>
    public static double Luminance(byte r, byte g, byte b) => (.299 * r) + (.587 * g) + (.114 * b);

    private static (int R, int G, int B) FromYbr(int y, int cb, int cr, bool partial)
    {
        double luma = y, blue = cb - 128, red = cr - 128;
        if (partial)
        {
            luma = (luma - 16) * 255 / 219;
            blue *= 255 / 224.0;
            red *= 255 / 224.0;
        }

        return (Clamp(luma + (1.402 * red)), Clamp(luma - (.344136 * blue) - (.714136 * red)), Clamp(luma + (1.772 * blue)));
    }

    private static int Clamp(double value) => (int)Math.Clamp(value + .5, 0, 255);

    /// <summary>Samples of more than 8 bits are cut to their upper 8.</summary>
    private static ReadOnlySpan<byte> Eight(DecodedFrame frame)
    {
        if (frame.Format.SampleBytes == 1)
        {
            return frame.Samples.Span;
        }

        if (frame.Format.SampleBytes != 2)
        {
            throw new CodecException("Colour samples of more than 16 bits are not supported.");
        }

        var shift = Math.Max(frame.Format.HighBit - 7, 0);
        var words = MemoryMarshal.Cast<byte, ushort>(frame.Samples.Span);
        var bytes = new byte[words.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(words[i] >> shift);
        }

        return bytes;
    }

    private static byte[] Palette(DecodedFrame frame, DicomDataset dataset)
    {
        var stored = StoredPixels.Of(frame, DicomTags.PixelData);
        if (!stored.HasPatterns)
        {
            throw new CodecException("A palette image has more than 16 bits a pixel.");
        }

        var red = Table(dataset, DicomTags.RedPaletteColorLookupTableDescriptor, DicomTags.RedPaletteColorLookupTableData, stored);
        var green = Table(dataset, DicomTags.GreenPaletteColorLookupTableDescriptor, DicomTags.GreenPaletteColorLookupTableData, stored);
        var blue = Table(dataset, DicomTags.BluePaletteColorLookupTableDescriptor, DicomTags.BluePaletteColorLookupTableData, stored);
        var rgb = new byte[stored.Count * 3];
        for (int i = 0, o = 0; i < stored.Count; i++, o += 3)
        {
            var pattern = stored.Patterns[i];
            rgb[o] = red[pattern];
            rgb[o + 1] = green[pattern];
            rgb[o + 2] = blue[pattern];
        }

        return rgb;
    }

    private static byte[] Table(DicomDataset dataset, DicomTag descriptor, DicomTag data, StoredPixels stored)
    {
        var table = (dataset.GetBytes(data).IsEmpty ? SegmentedPalette.Of(dataset, descriptor, data, stored.IsSigned) : LookupTable.Of(dataset, descriptor, data, stored.IsSigned))
            ?? throw new CodecException("The palette of this image is missing or damaged.");
        var colors = new byte[1 << stored.Bits];
        for (var pattern = 0; pattern < colors.Length; pattern++)
        {
            var entry = (int)table[stored.ValueOf(pattern)];
            colors[pattern] = (byte)(table.Bits > 8 ? entry >> (table.Bits - 8) : entry);
        }

        return colors;
    }
}
