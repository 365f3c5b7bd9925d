using System.Runtime.CompilerServices;

namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>Bits of an entropy-coded segment: stuffed zeros taken out, stopped by the next marker (ITU-T T.81 §F.2.2.5).</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> data, int position)
{
    /// <summary>Zero bits that may be used after the end: some writers cut the last bits off.</summary>
    private const int Grace = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private ulong _bits;
    private int _count;
    private int _invented;

    /// <summary>Where the next byte, or the marker that stopped reading, is.</summary>
    public int Position { get; private set; } = position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Peek(int count)
    {
        if (_count < count)
        {
            Fill();
        }

        return (int)(_bits >> (64 - count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count)
    {
        _bits <<= count;
        _count -= count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(int count)
    {
        if (count == 0)
        {
            return 0;
        }

        var value = Peek(count);
        Skip(count);
        return value;
    }

    /// <summary>A number of <paramref name="size"/> bits with the sign rule of ITU-T T.81 table F.1 (EXTEND).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadSigned(int size)
    {
        var value = Read(size);
        return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }

    /// <summary>Drops the bits up to the next byte and passes a restart marker; false where there is none.</summary>
    public bool Restart()
    {
        _bits = 0;
        _count = 0;
        _invented = 0;
        while (Position + 1 < _data.Length)
        {
            if (_data[Position] == 0xFF && _data[Position + 1] is >= 0xD0 and <= 0xD7)
            {
                Position += 2;
                return true;
            }

            if (_data[Position] == 0xFF && _data[Position + 1] is not (0 or 0xFF))
            {
                return false;
            }

            Position++;
        }

        return false;
    }

    /// <summary>Where the marker after this segment is: bytes that were read ahead are behind it already.</summary>
    public readonly int EndOfSegment()
    {
        var at = Position;
        while (at + 1 < _data.Length && !(_data[at] == 0xFF && _data[at + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7))))
        {
            at++;
        }

        return at;
    }

    private void Fill()
    {
        while (_count <= 56)
        {
            byte next;
            if (Position < _data.Length && _data[Position] != 0xFF)
            {
                next = _data[Position++];
            }
            else if (Position + 1 < _data.Length && _data[Position + 1] == 0)
            {
                next = 0xFF;
                Position += 2;
            }
            else
            {
                if (_invented - _count > Grace)
                {
                    throw new CodecException("The entropy-coded data end before the image does.");
                }

                next = 0;
                _invented += 8;
            }

            _bits |= (ulong)next << (56 - _count);
            _count += 8;
        }
    }
}
