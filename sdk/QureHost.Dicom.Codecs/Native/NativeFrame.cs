using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace QureHost.Dicom.Codecs.Native;

/// <summary>Uncompressed frames (PS3.5 §8.1 and annex D): byte order, packed bits, colour planes, halved chroma.</summary>
internal static class NativeFrame
{
    public static DecodedFrame Decode(ReadOnlyMemory<byte> frame, in PixelFormat format, bool bigEndian, DicomVr vr, int bitOffset)
    {
        if (format.BitsAllocated == 1)
        {
            return new DecodedFrame(Bits(frame.Span, format, bitOffset, bigEndian && vr == DicomVr.OW), format with { BitsAllocated = 8, BitsStored = 1, HighBit = 0, Planar = 0 });
        }

        if (format.BitsAllocated == 12)
        {
            return new DecodedFrame(Twelve(frame.Span, format), format with { BitsAllocated = 16, Planar = 0 });
        }

        var halved = format is { SamplesPerPixel: 3, Photometric: "YBR_FULL_422", BitsAllocated: 8 };
        var needed = halved ? 2L * format.Pixels : format.FrameBytes;
        if (frame.Length < needed)
        {
            throw new CodecException($"The frame has {frame.Length} bytes, its image needs {needed}.");
        }

        var words = frame[..(int)needed];
        var word = format.SampleBytes == 1 && vr == DicomVr.OW ? 2 : format.SampleBytes;
        if (bigEndian && word > 1)
        {
            var swapped = words.ToArray();
            Swap(swapped, word);
            words = swapped;
        }

        if (halved)
        {
            return new DecodedFrame(Chroma422(words.Span, format), format with { Photometric = "YBR_FULL", Planar = 0 });
        }

        return new DecodedFrame(format is { SamplesPerPixel: > 1, Planar: 1 } ? Interleaved(words.Span, format) : words, format with { Planar = 0 });
    }

    /// <summary>Colour by plane to colour by pixel.</summary>
    public static byte[] Interleaved(ReadOnlySpan<byte> planes, in PixelFormat format)
    {
        var pixels = new byte[format.FrameBytes];
        var size = format.SampleBytes;
        var plane = format.Pixels * size;
        var step = format.SamplesPerPixel * size;
        for (var s = 0; s < format.SamplesPerPixel; s++)
        {
            var from = planes.Slice(s * plane, plane);
            for (int i = 0, at = s * size; i < plane; i += size, at += step)
            {
                from.Slice(i, size).CopyTo(pixels.AsSpan(at));
            }
        }

        return pixels;
    }

    private static byte[] Bits(ReadOnlySpan<byte> frame, in PixelFormat format, int bitOffset, bool swapped)
    {
        var count = format.Pixels * format.SamplesPerPixel;
        if ((frame.Length * 8L) - bitOffset < count)
        {
            throw new CodecException("The frame has fewer bits than its image has pixels.");
        }

        var pixels = new byte[count];
        for (var i = 0; i < count; i++)
        {
            var bit = i + bitOffset;
            var at = bit >> 3;
            pixels[i] = (byte)((frame[swapped && (at ^ 1) < frame.Length ? at ^ 1 : at] >> (bit & 7)) & 1);
        }

        return pixels;
    }

    /// <summary>Two samples in three bytes, the first in the low bits.</summary>
    private static byte[] Twelve(ReadOnlySpan<byte> frame, in PixelFormat format)
    {
        var count = format.Pixels * format.SamplesPerPixel;
        if (frame.Length < ((count * 12L) + 7) / 8)
        {
            throw new CodecException("The frame has fewer bits than its image needs.");
        }

        var samples = new byte[2 * count];
        for (var i = 0; i < count; i++)
        {
            var at = i / 2 * 3;
            var value = i % 2 == 0 ? frame[at] | ((frame[at + 1] & 0x0F) << 8) : (frame[at + 1] >> 4) | (frame[at + 2] << 4);
            BinaryPrimitives.WriteUInt16LittleEndian(samples.AsSpan(2 * i), (ushort)value);
        }

        return samples;
    }

    /// <summary>Y1 Y2 Cb Cr for two pixels of a row (PS3.3 §C.7.6.3.1.2).</summary>
    private static byte[] Chroma422(ReadOnlySpan<byte> words, in PixelFormat format)
    {
        if (format.Columns % 2 != 0)
        {
            throw new CodecException("YBR_FULL_422 needs an even number of columns.");
        }

        var pixels = new byte[format.Pixels * 3];
        for (int i = 0, o = 0; o < pixels.Length; i += 4, o += 6)
        {
            pixels[o] = words[i];
            pixels[o + 3] = words[i + 1];
            pixels[o + 1] = pixels[o + 4] = words[i + 2];
            pixels[o + 2] = pixels[o + 5] = words[i + 3];
        }

        return pixels;
    }

    private static void Swap(Span<byte> bytes, int word)
    {
        switch (word)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
