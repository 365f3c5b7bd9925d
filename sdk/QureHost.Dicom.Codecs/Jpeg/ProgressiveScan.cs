namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>Progressive DCT scans (ITU-T T.81 §G.2): spectral selection and successive approximation.</summary>
internal static class ProgressiveScan
{
    public static void Decode(ref JpegBits bits, JpegFrameHeader frame, JpegComponent[] components, int start, int end, int high, int low, int restartInterval)
    {
        if (end > 63 || start > end || low > 13 || (start == 0 && end != 0) || (start > 0 && components.Length > 1))
        {
            throw new CodecException("A progressive JPEG scan has impossible parameters.");
        }

        var walk = new McuWalk(frame, components);
        var endOfBand = 0;
        foreach (var c in components)
        {
            c.LastDc = 0;
            if (start == 0 ? high == 0 && c.Dc is null : c.Ac is null)
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

                endOfBand = 0;
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
                        var (x, y) = walk.Place(c, mcu, h, v);
                        var block = c.Coefficients.AsSpan(((y * c.BlocksAcross) + x) * 64, 64);
                        if (start == 0)
                        {
                            Dc(ref bits, c, block, high, low);
                        }
                        else if (high == 0)
                        {
                            AcFirst(ref bits, c.Ac!, block, start, end, low, ref endOfBand);
                        }
                        else
                        {
                            AcRefine(ref bits, c.Ac!, block, start, end, low, ref endOfBand);
                        }
                    }
                }
            }
        }
    }

    /// <summary>After the last scan: dequantise and transform.</summary>
    public static void Finish(JpegFrameHeader frame, int[]?[] quantization)
    {
        Span<float> block = stackalloc float[64];
        foreach (var c in frame.Components)
        {
            var table = quantization[c.Quantization] ?? throw new CodecException("A JPEG quantization table is missing.");
            for (var y = 0; y < c.BlocksDown; y++)
            {
                for (var x = 0; x < c.BlocksAcross; x++)
                {
                    var coefficients = c.Coefficients.AsSpan(((y * c.BlocksAcross) + x) * 64, 64);
                    for (var k = 0; k < 64; k++)
                    {
                        block[DctScan.Zigzag[k]] = (float)coefficients[k] * table[k];
                    }

                    InverseDct.Transform(block, c.Plane.AsSpan((y * 8 * c.Stride) + (x * 8)), c.Stride, frame.Precision);
                }
            }
        }
    }

    private static void Dc(ref JpegBits bits, JpegComponent c, Span<short> block, int high, int low)
    {
        if (high != 0)
        {
            block[0] |= (short)(bits.Read(1) << low);
            return;
        }

        var size = c.Dc!.Decode(ref bits);
        if (size > 16)
        {
            throw new CodecException("A JPEG coefficient is too large.");
        }

        c.LastDc += bits.ReadSigned(size);
        block[0] = (short)(c.LastDc << low);
    }

    private static void AcFirst(ref JpegBits bits, HuffmanTable table, Span<short> block, int start, int end, int low, ref int endOfBand)
    {
        if (endOfBand > 0)
        {
            endOfBand--;
            return;
        }

        for (var k = start; k <= end; k++)
        {
            var code = table.Decode(ref bits);
            var (run, size) = (code >> 4, code & 15);
            if (size != 0)
            {
                k += run;
                if (k > 63)
                {
                    throw new CodecException("A JPEG block has more than 64 coefficients.");
                }

                block[k] = (short)(bits.ReadSigned(size) << low);
            }
            else if (run == 15)
            {
                k += 15;
            }
            else
            {
                endOfBand = (1 << run) - 1 + bits.Read(run);
                return;
            }
        }
    }

    private static void AcRefine(ref JpegBits bits, HuffmanTable table, Span<short> block, int start, int end, int low, ref int endOfBand)
    {
        var bit = (short)(1 << low);
        var k = start;
        if (endOfBand == 0)
        {
            for (; k <= end; k++)
            {
                var code = table.Decode(ref bits);
                var (run, size) = (code >> 4, code & 15);
                short value = 0;
                if (size != 0)
                {
                    value = bits.Read(1) == 1 ? bit : (short)-bit;
                }
                else if (run != 15)
                {
                    endOfBand = (1 << run) + bits.Read(run);
                    break;
                }

                for (; k <= end; k++)
                {
                    if (block[k] != 0)
                    {
                        Refine(ref bits, ref block[k], bit);
                    }
                    else if (run-- == 0)
                    {
                        break;
                    }
                }

                if (value != 0 && k <= 63)
                {
                    block[k] = value;
                }
            }
        }

        if (endOfBand > 0)
        {
            for (; k <= end; k++)
            {
                if (block[k] != 0)
                {
                    Refine(ref bits, ref block[k], bit);
                }
            }

            endOfBand--;
        }
    }

    private static void Refine(ref JpegBits bits, ref short coefficient, short bit)
    {
        if (bits.Read(1) == 1 && (coefficient & bit) == 0)
        {
            coefficient += coefficient >= 0 ? bit : (short)-bit;
        }
    }
}
