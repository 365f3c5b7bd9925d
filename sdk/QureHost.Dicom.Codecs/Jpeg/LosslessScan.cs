using System.Buffers.Binary;

namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>Lossless scans (ITU-T T.81 annex H): each sample is predicted from its neighbours, seven ways; sums are modulo 2¹⁶.</summary>
internal static class LosslessScan
{
    public static void Decode(ref JpegBits bits, JpegFrameHeader frame, JpegComponent[] components, int predictor, int pointTransform, int restartInterval, in PixelFormat format, byte[] into)
    {
        if (predictor is < 1 or > 7 || pointTransform >= frame.Precision || Array.Exists(frame.Components, c => c.H != frame.MostH || c.V != frame.MostV))
        {
            throw new CodecException("The lossless JPEG scan has parameters that cannot be decoded.");
        }

        if (Array.Exists(components, c => c.Dc is null))
        {
            throw new CodecException("A JPEG scan uses a table that is missing.");
        }

        var width = frame.Width;
        var count = components.Length;
        var above = new int[width * count];
        var current = new int[width * count];
        var initial = 1 << (frame.Precision - pointTransform - 1);
        var places = Array.ConvertAll(components, c => Array.IndexOf(frame.Components, c));
        var untilRestart = restartInterval;
        var isFirstLine = true;
        for (var y = 0; y < frame.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var isStart = y == 0 && x == 0;
                if (restartInterval > 0 && untilRestart-- == 0)
                {
                    if (!bits.Restart())
                    {
                        throw new CodecException("A JPEG restart marker is missing.");
                    }

                    untilRestart = restartInterval - 1;
                    isFirstLine = isStart = true;
                }

                for (var c = 0; c < count; c++)
                {
                    var at = (x * count) + c;
                    int prediction;
                    if (isStart)
                    {
                        prediction = initial;
                    }
                    else if (x == 0)
                    {
                        prediction = isFirstLine ? initial : above[at];
                    }
                    else if (isFirstLine)
                    {
                        prediction = current[at - count];
                    }
                    else
                    {
                        prediction = Predict(predictor, current[at - count], above[at], above[at - count]);
                    }

                    var size = components[c].Dc!.Decode(ref bits);
                    var difference = size switch
                    {
                        < 16 => bits.ReadSigned(size),
                        16 => 32768,
                        _ => throw new CodecException("A JPEG difference is too large."),
                    };
                    current[at] = (prediction + difference) & 0xFFFF;
                }
            }

            isFirstLine = false;
            Store(current, places, y, pointTransform, frame.Components.Length, format, into);
            (above, current) = (current, above);
        }
    }

    private static int Predict(int predictor, int a, int b, int c) => predictor switch
    {
        1 => a,
        2 => b,
        3 => c,
        4 => a + b - c,
        5 => a + ((b - c) >> 1),
        6 => b + ((a - c) >> 1),
        _ => (a + b) >> 1,
    };

    private static void Store(int[] line, int[] places, int y, int pointTransform, int samples, in PixelFormat format, byte[] into)
    {
        var size = format.SampleBytes;
        var row = into.AsSpan(y * format.Columns * samples * size);
        for (var x = 0; x < format.Columns; x++)
        {
            for (var c = 0; c < places.Length; c++)
            {
                var value = line[(x * places.Length) + c] << pointTransform;
                var at = row[(((x * samples) + places[c]) * size)..];
                if (size == 1)
                {
                    at[0] = (byte)value;
                }
                else
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
                }
            }
        }
    }
}
