using System.Buffers.Binary;

namespace QureHost.Dicom.Codecs.Rle;

/// <summary>RLE Lossless (PS3.5 annex G): up to 15 PackBits segments, one for each byte of each sample, most significant first.</summary>
internal static class RleDecoder
{
    public static DecodedFrame Decode(ReadOnlySpan<byte> frame, in PixelFormat format)
    {
        var sampleBytes = format.SampleBytes;
        var expected = format.SamplesPerPixel * sampleBytes;
        if (frame.Length < 64)
        {
            throw new CodecException("The RLE header is cut off.");
        }

        var segments = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        if (segments != expected)
        {
            throw new CodecException($"The RLE frame has {segments} segments, the image needs {expected}.");
        }

        // A run of 128 takes two bytes: fewer input bytes than this cannot fill the frame.
        if ((frame.Length - 64L) * 64 < format.FrameBytes)
        {
            throw new CodecException("The RLE data are too short for the image.");
        }

        var samples = new byte[format.FrameBytes];
        for (var i = 0; i < expected; i++)
        {
            var start = BinaryPrimitives.ReadUInt32LittleEndian(frame[(4 + (4 * i))..]);
            var end = i + 1 < expected ? BinaryPrimitives.ReadUInt32LittleEndian(frame[(8 + (4 * i))..]) : (uint)frame.Length;
            if (start < 64 || start > end || end > frame.Length)
            {
                throw new CodecException("The RLE header's offsets do not ascend.");
            }

            var sample = i / sampleBytes;
            var significance = sampleBytes - 1 - (i % sampleBytes);
            Unpack(frame[(int)start..(int)end], samples, (sample * sampleBytes) + significance, format.SamplesPerPixel * sampleBytes, format.Pixels);
        }

        return new DecodedFrame(samples, format with { Planar = 0 });
    }

    private static void Unpack(ReadOnlySpan<byte> packed, Span<byte> into, int first, int step, int count)
    {
        var at = first;
        var left = count;
        var i = 0;
        while (left > 0)
        {
            if (i >= packed.Length)
            {
                throw new CodecException("An RLE segment ends before its image.");
            }

            var control = (sbyte)packed[i++];
            if (control >= 0)
            {
                var run = Math.Min(control + 1, left);
                if (i + run > packed.Length)
                {
                    throw new CodecException("An RLE segment ends inside a run.");
                }

                for (var n = 0; n < run; n++, at += step)
                {
                    into[at] = packed[i + n];
                }

                i += control + 1;
                left -= run;
            }
            else if (control != -128)
            {
                if (i >= packed.Length)
                {
                    throw new CodecException("An RLE segment ends inside a run.");
                }

                var run = Math.Min(1 - control, left);
                var value = packed[i++];
                for (var n = 0; n < run; n++, at += step)
                {
                    into[at] = value;
                }

                left -= run;
            }
        }
    }
}
