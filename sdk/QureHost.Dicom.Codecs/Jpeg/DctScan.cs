namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>Sequential DCT scans (ITU-T T.81 §F.2): a block is complete when it is read, and goes straight into its plane.</summary>
internal static class DctScan
{
    /// <summary>Zigzag index to row-major index (ITU-T T.81 figure A.6).</summary>
    internal static ReadOnlySpan<byte> Zigzag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    public static void Decode(ref JpegBits bits, JpegFrameHeader frame, JpegComponent[] components, int[]?[] quantization, int restartInterval)
    {
        Span<float> block = stackalloc float[64];
        var walk = new McuWalk(frame, components);
        foreach (var c in components)
        {
            c.LastDc = 0;
            if (c.Dc is null || c.Ac is null || quantization[c.Quantization] is null)
            {
                throw new CodecException("A JPEG scan uses a table that is missing.");
            }
        }

        for (var mcu = 0; mcu < walk.Count; mcu++)
        {
            if (restartInterval > 0 && mcu > 0 && mcu % restartInterval == 0)
            {
                if (!bits.Restart())
                {
                    throw new CodecException("A JPEG restart marker is missing.");
                }

                foreach (var c in components)
                {
                    c.LastDc = 0;
                }
            }

            foreach (var c in components)
            {
                var (across, down) = walk.BlocksOf(c);
                for (var v = 0; v < down; v++)
                {
                    for (var h = 0; h < across; h++)
                    {
                        ReadBlock(ref bits, c, quantization[c.Quantization]!, block);
                        var (x, y) = walk.Place(c, mcu, h, v);
                        InverseDct.Transform(block, c.Plane.AsSpan((y * 8 * c.Stride) + (x * 8)), c.Stride, frame.Precision);
                    }
                }
            }
        }
    }

    private static void ReadBlock(ref JpegBits bits, JpegComponent c, int[] quantization, scoped Span<float> block)
    {
        block.Clear();
        var size = c.Dc!.Decode(ref bits);
        if (size > 16)
        {
            throw new CodecException("A JPEG coefficient is too large.");
        }

        c.LastDc += bits.ReadSigned(size);
        block[0] = (float)c.LastDc * quantization[0];
        for (var k = 1; k < 64; k++)
        {
            var code = c.Ac!.Decode(ref bits);
            var run = code >> 4;
            size = code & 15;
            if (size == 0)
            {
                if (run != 15)
                {
                    return;
                }

                k += 15;
                continue;
            }

            k += run;
            if (k > 63)
            {
                throw new CodecException("A JPEG block has more than 64 coefficients.");
            }

            block[Zigzag[k]] = (float)bits.ReadSigned(size) * quantization[k];
        }
    }
}
