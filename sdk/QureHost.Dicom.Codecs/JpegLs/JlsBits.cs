using System.Numerics;
using System.Runtime.CompilerServices;

namespace QureHost.Dicom.Codecs.JpegLs;

/// <summary>Bits of a JPEG-LS scan: after a byte of ones only seven bits follow (ITU-T T.87 §A.1).</summary>
internal ref struct JlsBits(ReadOnlySpan<byte> data, int position)
{
    private const int Grace = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private ulong _bits;
    private int _count;
    private int _invented;
    private bool _afterOnes;

    public int Position { get; private set; } = position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(int count)
    {
        if (count == 0)
        {
            return 0;
        }

        if (_count < count)
        {
            Fill();
        }

        var value = (int)(_bits >> (64 - count));
        _bits <<= count;
        _count -= count;
        return value;
    }

    /// <summary>A Golomb code of limited length (§A.5.3): zeros, a one, and <paramref name="k"/> bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadGolomb(int k, int limit, int qbpp)
    {
        var zeros = 0;
        while (true)
        {
            if (_count < 32)
            {
                Fill();
            }

            var run = Math.Min(BitOperations.LeadingZeroCount(_bits), _count);
            zeros += run;
            if (run < _count)
            {
                _bits <<= run + 1;
                _count -= run + 1;
                break;
            }

            _bits = 0;
            _count = 0;
            if (zeros > limit)
            {
                break;
            }
        }

        var most = limit - qbpp - 1;
        if (zeros > most)
        {
            throw new CodecException("The JPEG-LS data hold a code that cannot be.");
        }

        return zeros < most ? (zeros << k) + Read(k) : Read(qbpp) + 1;
    }

    /// <summary>Where the marker after this scan is.</summary>
    public readonly int EndOfSegment()
    {
        var at = Position;
        while (at + 1 < _data.Length && !(_data[at] == 0xFF && _data[at + 1] >= 0x80))
        {
            at++;
        }

        return at;
    }

    private void Fill()
    {
        while (_count <= 56)
        {
            if (Position >= _data.Length || (_data[Position] == 0xFF && (Position + 1 >= _data.Length || _data[Position + 1] >= 0x80)))
            {
                if (_invented - _count > Grace)
                {
                    throw new CodecException("The JPEG-LS data end before the image does.");
                }

                _invented += 8;
                _count += 8;
                continue;
            }

            var next = _data[Position++];
            var width = _afterOnes ? 7 : 8;
            _bits |= ((ulong)next << (64 - width)) >> _count;
            _count += width;
            _afterOnes = next == 0xFF;
        }
    }
}
