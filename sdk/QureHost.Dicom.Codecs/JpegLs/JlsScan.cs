namespace QureHost.Dicom.Codecs.JpegLs;

/// <summary>
/// Decodes the lines of a scan (ITU-T T.87 annex A): 365 regular contexts and two for interrupted runs. Lines have a
/// sample of padding on each side, so that neighbours need no special cases.
/// </summary>
internal ref struct JlsScan
{
    private readonly JlsParameters _p;
    private readonly int _width;
    private readonly int[] _a = new int[367];
    private readonly int[] _b = new int[365];
    private readonly int[] _c = new int[365];
    private readonly int[] _n = new int[367];
    private readonly int[] _negative = new int[2];
    private readonly sbyte[] _quantized;
    private readonly int _modulus;
    private JlsBits _bits;

    public JlsScan(JlsBits bits, JlsParameters parameters, int width)
    {
        _bits = bits;
        _p = parameters;
        _width = width;
        _modulus = parameters.Range * parameters.Step;
        Array.Fill(_a, Math.Max(2, (parameters.Range + 32) / 64));
        Array.Fill(_n, 1);
        _quantized = new sbyte[(2 * parameters.MaxValue) + 1];
        for (var i = 0; i < _quantized.Length; i++)
        {
            _quantized[i] = Quantize(i - parameters.MaxValue, parameters);
        }
    }

    private static ReadOnlySpan<byte> RunOrder => [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    public readonly int EndOfSegment() => _bits.EndOfSegment();

    /// <summary>One line of one component.</summary>
    public void Line(Span<int> previous, Span<int> current, ref int runIndex)
    {
        previous[_width + 1] = previous[_width];
        current[0] = previous[1];
        var x = 1;
        while (x <= _width)
        {
            int ra = current[x - 1], rb = previous[x], rc = previous[x - 1], rd = previous[x + 1];
            var context = Context(ra, rb, rc, rd);
            if (context != 0)
            {
                current[x++] = Regular(context, ra, rb, rc);
                continue;
            }

            var end = x + RunLength(_width + 1 - x, ref runIndex);
            current[x..end].Fill(ra);
            x = end;
            if (x <= _width)
            {
                current[x] = Interrupted(ra, previous[x], runIndex);
                runIndex = Math.Max(0, runIndex - 1);
                x++;
            }
        }
    }

    /// <summary>One line of all components, sample by sample.</summary>
    public void Line(int[][] previous, int[][] current, ref int runIndex)
    {
        var count = current.Length;
        for (var c = 0; c < count; c++)
        {
            previous[c][_width + 1] = previous[c][_width];
            current[c][0] = previous[c][1];
        }

        Span<int> contexts = stackalloc int[4];
        var x = 1;
        while (x <= _width)
        {
            var isRun = true;
            for (var c = 0; c < count; c++)
            {
                contexts[c] = Context(current[c][x - 1], previous[c][x], previous[c][x - 1], previous[c][x + 1]);
                isRun &= contexts[c] == 0;
            }

            if (!isRun)
            {
                for (var c = 0; c < count; c++)
                {
                    current[c][x] = Regular(contexts[c], current[c][x - 1], previous[c][x], previous[c][x - 1]);
                }

                x++;
                continue;
            }

            var end = x + RunLength(_width + 1 - x, ref runIndex);
            for (var c = 0; c < count; c++)
            {
                current[c].AsSpan(x, end - x).Fill(current[c][x - 1]);
            }

            x = end;
            if (x <= _width)
            {
                for (var c = 0; c < count; c++)
                {
                    int ra = current[c][x - 1], rb = previous[c][x];
                    current[c][x] = Reconstruct(rb, InterruptedError(0, runIndex) * (rb < ra ? -1 : 1));
                }

                runIndex = Math.Max(0, runIndex - 1);
                x++;
            }
        }
    }

    private readonly int Context(int ra, int rb, int rc, int rd)
    {
        var middle = _p.MaxValue;
        return (((_quantized[rd - rb + middle] * 9) + _quantized[rb - rc + middle]) * 9) + _quantized[rc - ra + middle];
    }

    private static sbyte Quantize(int d, in JlsParameters p)
    {
        var size = Math.Abs(d);
        var q = size <= p.Near ? 0 : size < p.T1 ? 1 : size < p.T2 ? 2 : size < p.T3 ? 3 : 4;
        return (sbyte)(d < 0 ? -q : q);
    }

    private int Regular(int context, int ra, int rb, int rc)
    {
        var sign = context < 0 ? -1 : 1;
        var q = Math.Abs(context);
        var prediction = rc >= Math.Max(ra, rb) ? Math.Min(ra, rb) : rc <= Math.Min(ra, rb) ? Math.Max(ra, rb) : ra + rb - rc;
        prediction = Math.Clamp(prediction + (sign * _c[q]), 0, _p.MaxValue);

        var k = 0;
        while (_n[q] << k < _a[q] && k < 24)
        {
            k++;
        }

        var mapped = _bits.ReadGolomb(k, _p.Limit, _p.Qbpp);
        var error = (mapped & 1) == 0 ? mapped >> 1 : -((mapped + 1) >> 1);
        if (_p.Near == 0 && k == 0 && 2 * _b[q] <= -_n[q])
        {
            error = -(error + 1);
        }

        Update(q, error);
        return Reconstruct(prediction, sign * error);
    }

    private readonly void Update(int q, int error)
    {
        _b[q] += error * _p.Step;
        _a[q] += Math.Abs(error);
        if (_n[q] == _p.Reset)
        {
            _a[q] >>= 1;
            _b[q] >>= 1;
            _n[q] >>= 1;
        }

        _n[q]++;
        if (_b[q] <= -_n[q])
        {
            _b[q] = Math.Max(_b[q] + _n[q], 1 - _n[q]);
            _c[q] = Math.Max(_c[q] - 1, -128);
        }
        else if (_b[q] > 0)
        {
            _b[q] = Math.Min(_b[q] - _n[q], 0);
            _c[q] = Math.Min(_c[q] + 1, 127);
        }
    }

    private int RunLength(int left, ref int runIndex)
    {
        var length = 0;
        while (length < left)
        {
            if (_bits.Read(1) == 0)
            {
                length += _bits.Read(RunOrder[runIndex]);
                return length <= left ? length : throw new CodecException("A JPEG-LS run is longer than its line.");
            }

            var whole = 1 << RunOrder[runIndex];
            if (length + whole > left)
            {
                return left;
            }

            length += whole;
            runIndex = Math.Min(runIndex + 1, 31);
        }

        return length;
    }

    private int Interrupted(int ra, int rb, int runIndex) => Math.Abs(ra - rb) <= _p.Near
        ? Reconstruct(ra, InterruptedError(1, runIndex))
        : Reconstruct(rb, InterruptedError(0, runIndex) * (rb < ra ? -1 : 1));

    private int InterruptedError(int type, int runIndex)
    {
        var q = 365 + type;
        var target = _a[q] + (type == 1 ? _n[q] >> 1 : 0);
        var k = 0;
        while (_n[q] << k < target && k < 24)
        {
            k++;
        }

        var mapped = _bits.ReadGolomb(k, _p.Limit - RunOrder[runIndex] - 1, _p.Qbpp);
        var value = mapped + type;
        var odd = (value & 1) == 1;
        var error = (value + 1) >> 1;
        if ((k != 0 || 2 * _negative[type] >= _n[q]) == odd)
        {
            error = -error;
        }

        if (error < 0)
        {
            _negative[type]++;
        }

        _a[q] += (mapped + 1 - type) >> 1;
        if (_n[q] == _p.Reset)
        {
            _a[q] >>= 1;
            _n[q] >>= 1;
            _negative[type] >>= 1;
        }

        _n[q]++;
        return error;
    }

    private readonly int Reconstruct(int prediction, int error)
    {
        var value = prediction + (error * _p.Step);
        if (value < -_p.Near)
        {
            value += _modulus;
        }
        else if (value > _p.MaxValue + _p.Near)
        {
            value -= _modulus;
        }

        return Math.Clamp(value, 0, _p.MaxValue);
    }
}
