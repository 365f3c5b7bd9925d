using System.Buffers.Binary;

namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>Component planes to interleaved samples: chroma brought to full size, YCbCr to RGB.</summary>
internal static class JpegOutput
{
    public static DecodedFrame Make(JpegFrameHeader frame, in PixelFormat format, int? adobeTransform, bool hasJfif)
    {
        var planes = Array.ConvertAll(frame.Components, c => FullSize(c, frame));
        var count = planes.Length;
        var samples = new byte[format.FrameBytes];
        var isYbr = count == 3 && IsYbr(frame, format, adobeTransform, hasJfif);
        if (count == 1)
        {
            Grey(planes[0], format, samples);
            return new DecodedFrame(samples, format with { Planar = 0 });
        }

        var most = (1 << frame.Precision) - 1;
        var middle = 1 << (frame.Precision - 1);
        for (var y = 0; y < frame.Height; y++)
        {
            for (var x = 0; x < frame.Width; x++)
            {
                var at = ((y * frame.Width) + x) * count;
                if (isYbr)
                {
                    float luma = Sample(planes[0], x, y), blue = Sample(planes[1], x, y) - middle, red = Sample(planes[2], x, y) - middle;
                    Write(samples, at, luma + (1.402f * red), most, format);
                    Write(samples, at + 1, luma - (.344136f * blue) - (.714136f * red), most, format);
                    Write(samples, at + 2, luma + (1.772f * blue), most, format);
                }
                else
                {
                    for (var c = 0; c < count; c++)
                    {
                        Write(samples, at + c, Sample(planes[c], x, y), most, format);
                    }
                }
            }
        }

        return new DecodedFrame(samples, format with { Planar = 0, Photometric = count == 3 ? "RGB" : format.Photometric });
    }

    /// <summary>
    /// Adobe's marker says it; else the object's Photometric Interpretation, unless the stream's own signs (JFIF, halved
    /// chroma) show that a writer called YCbCr RGB.
    /// </summary>
    private static bool IsYbr(JpegFrameHeader frame, in PixelFormat format, int? adobeTransform, bool hasJfif)
    {
        if (adobeTransform is { } transform)
        {
            return transform != 0;
        }

        if (frame.Components is [{ Id: 'R' }, { Id: 'G' }, { Id: 'B' }])
        {
            return false;
        }

        return format.Photometric != "RGB" || hasJfif || frame.MostH > 1 || frame.MostV > 1;
    }

    private static void Grey((ushort[] Samples, int Stride) plane, in PixelFormat format, byte[] samples)
    {
        for (var y = 0; y < format.Rows; y++)
        {
            var row = plane.Samples.AsSpan(y * plane.Stride, format.Columns);
            var at = y * format.Columns;
            if (format.SampleBytes == 1)
            {
                for (var x = 0; x < row.Length; x++)
                {
                    samples[at + x] = (byte)row[x];
                }
            }
            else
            {
                for (var x = 0; x < row.Length; x++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(samples.AsSpan((at + x) * format.SampleBytes), row[x]);
                }
            }
        }
    }

    private static float Sample((ushort[] Samples, int Stride) plane, int x, int y) => plane.Samples[(y * plane.Stride) + x];

    private static void Write(byte[] samples, int at, float value, int most, in PixelFormat format)
    {
        var whole = (int)Math.Clamp(value + .5f, 0, most);
        if (format.SampleBytes == 1)
        {
            samples[at] = (byte)whole;
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(samples.AsSpan(at * format.SampleBytes), (ushort)whole);
        }
    }

    /// <summary>Linear interpolation between the centres of the smaller samples.</summary>
    private static (ushort[] Samples, int Stride) FullSize(JpegComponent c, JpegFrameHeader frame)
    {
        if (c.H == frame.MostH && c.V == frame.MostV)
        {
            return (c.Plane, c.Stride);
        }

        var full = new ushort[frame.Width * frame.Height];
        float scaleX = (float)c.H / frame.MostH, scaleY = (float)c.V / frame.MostV;
        for (var y = 0; y < frame.Height; y++)
        {
            var (y0, y1, fy) = Between(((y + .5f) * scaleY) - .5f, c.Height);
            for (var x = 0; x < frame.Width; x++)
            {
                var (x0, x1, fx) = Between(((x + .5f) * scaleX) - .5f, c.Width);
                var top = (c.Plane[(y0 * c.Stride) + x0] * (1 - fx)) + (c.Plane[(y0 * c.Stride) + x1] * fx);
                var bottom = (c.Plane[(y1 * c.Stride) + x0] * (1 - fx)) + (c.Plane[(y1 * c.Stride) + x1] * fx);
                full[(y * frame.Width) + x] = (ushort)((top * (1 - fy)) + (bottom * fy) + .5f);
            }
        }

        return (full, frame.Width);
    }

    private static (int First, int Second, float Fraction) Between(float at, int count)
    {
        var floor = (int)MathF.Floor(at);
        return (Math.Clamp(floor, 0, count - 1), Math.Clamp(floor + 1, 0, count - 1), at - floor);
    }
}
