namespace QureHost.Dicom.Codecs.JpegLs;

/// <summary>Coding parameters of a scan (ITU-T T.87 §C.2.4.1.1), given by an LSE segment or derived.</summary>
internal readonly record struct JlsParameters(int MaxValue, int Near, int T1, int T2, int T3, int Reset)
{
    public int Step => (2 * Near) + 1;

    public int Range => ((MaxValue + (2 * Near)) / Step) + 1;

    public int Qbpp => Bits(Range - 1);

    public int Limit
    {
        get
        {
            var bpp = Math.Max(2, Bits(MaxValue));
            return 2 * (bpp + Math.Max(8, bpp));
        }
    }

    public static JlsParameters Default(int maxValue, int near)
    {
        int At(int value, int least) => value > maxValue || value < least ? least : value;
        if (maxValue >= 128)
        {
            var factor = (Math.Min(maxValue, 4095) + 128) / 256;
            var t1 = At(factor + 2 + (3 * near), near + 1);
            var t2 = At((factor * 4) + 3 + (5 * near), t1);
            return new JlsParameters(maxValue, near, t1, t2, At((factor * 17) + 4 + (7 * near), t2), 64);
        }
        else
        {
            var factor = 256 / (maxValue + 1);
            var t1 = At(Math.Max(2, (3 / factor) + (3 * near)), near + 1);
            var t2 = At(Math.Max(3, (7 / factor) + (5 * near)), t1);
            return new JlsParameters(maxValue, near, t1, t2, At(Math.Max(4, (21 / factor) + (7 * near)), t2), 64);
        }
    }

    private static int Bits(int value) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value);
}
