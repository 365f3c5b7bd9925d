using System.Buffers.Binary;

namespace QureHost.Dicom.Codecs.JpegLs;

/// <summary>JPEG-LS, lossless and near-lossless (ITU-T T.87): markers, then scans of one component or of all by line or sample.</summary>
internal sealed class JlsDecoder
{
    private readonly PixelFormat _format;
    private readonly byte[] _samples;
    private int _precision;
    private byte[] _ids = [];
    private JlsParameters? _preset;

    private JlsDecoder(in PixelFormat format)
    {
        _format = format;
        _samples = new byte[format.FrameBytes];
    }

    public static DecodedFrame Decode(ReadOnlySpan<byte> data, in PixelFormat format)
    {
        if (data.Length < 4 || data[0] != 0xFF || data[1] != 0xD8)
        {
            throw new CodecException("The frame does not start as a JPEG-LS image does.");
        }

        // A line of runs takes a bit for up to 2^15 samples, and at least one bit.
        if ((long)data.Length * 8 * 32768 < format.Pixels || (long)data.Length * 8 < format.Rows)
        {
            throw new CodecException("The JPEG-LS data are too short for an image of this size.");
        }

        return new JlsDecoder(format).Decode(data);
    }

    private DecodedFrame Decode(ReadOnlySpan<byte> data)
    {
        var at = 2;
        var decoded = 0;
        while (at + 3 < data.Length && decoded < _format.SamplesPerPixel)
        {
            if (data[at] != 0xFF || data[at + 1] < 0x80 || data[at + 1] == 0xFF)
            {
                at++;
                continue;
            }

            var marker = data[at + 1];
            if (marker == 0xD9)
            {
                break;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]);
            if (length < 2 || at + 2 + length > data.Length)
            {
                throw new CodecException("A JPEG-LS marker segment is cut off.");
            }

            var segment = data.Slice(at + 4, length - 2);
            at += 2 + length;
            switch (marker)
            {
                case 0xF7:
                    ReadFrame(segment);
                    break;
                case 0xF8:
                    ReadPreset(segment);
                    break;
                case 0xDD when segment.ContainsAnyExcept((byte)0):
                    throw new UnsupportedTransferSyntaxException("The JPEG-LS image uses restart intervals, which this server cannot decode.");
                case 0xC0 or 0xC1 or 0xC2 or 0xC3:
                    throw new CodecException("The frame is JPEG and not JPEG-LS.");
                case 0xDA:
                    at = ReadScan(segment, data, at, ref decoded);
                    break;
            }
        }

        return decoded == _format.SamplesPerPixel ? new DecodedFrame(_samples, _format with { Planar = 0 })
            : throw new CodecException("The JPEG-LS data end before all components are there.");
    }

    private void ReadFrame(ReadOnlySpan<byte> segment)
    {
        _precision = segment[0];
        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        if (height != _format.Rows || width != _format.Columns || segment[5] != _format.SamplesPerPixel)
        {
            throw new CodecException($"The JPEG-LS image has {height} × {width} pixels of {segment[5]} components, the object says {_format.Rows} × {_format.Columns} of {_format.SamplesPerPixel}.");
        }

        if (_precision is < 2 or > 16 || (_precision + 7) / 8 > _format.SampleBytes)
        {
            throw new CodecException($"A JPEG-LS precision of {_precision} bits does not fit {_format.BitsAllocated} bits allocated.");
        }

        _ids = new byte[segment[5]];
        for (var i = 0; i < _ids.Length; i++)
        {
            _ids[i] = segment[6 + (3 * i)];
            if (segment[7 + (3 * i)] != 0x11)
            {
                throw new UnsupportedTransferSyntaxException("The JPEG-LS image has components of different size, which this server cannot decode.");
            }
        }
    }

    private void ReadPreset(ReadOnlySpan<byte> segment)
    {
        if (segment[0] != 1)
        {
            throw new UnsupportedTransferSyntaxException("The JPEG-LS image uses mapping tables, which this server cannot decode.");
        }

        static int At(ReadOnlySpan<byte> s, int i) => BinaryPrimitives.ReadUInt16BigEndian(s[(1 + (2 * i))..]);
        _preset = new JlsParameters(At(segment, 0), 0, At(segment, 1), At(segment, 2), At(segment, 3), At(segment, 4));
    }

    private int ReadScan(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> data, int at, ref int decoded)
    {
        if (_precision == 0)
        {
            throw new CodecException("A JPEG-LS scan comes before its frame header.");
        }

        var count = (int)segment[0];
        var places = new int[count];
        for (var i = 0; i < count; i++)
        {
            places[i] = Array.IndexOf(_ids, segment[1 + (2 * i)]);
        }

        int near = segment[1 + (2 * count)], interleave = segment[2 + (2 * count)];
        var scan = new JlsScan(new JlsBits(data, at), Parameters(near), _format.Columns);
        if (count == 0 || Array.Exists(places, p => p < 0) || (count == 1 ? interleave != 0 : interleave is not (1 or 2)) || count > 4)
        {
            throw new CodecException("A JPEG-LS scan header is damaged.");
        }

        Lines(ref scan, places, interleave);
        decoded += count;
        return scan.EndOfSegment();
    }

    private JlsParameters Parameters(int near)
    {
        var most = _preset is { MaxValue: > 0 } given ? given.MaxValue : (1 << _precision) - 1;
        if (most >= 1 << _precision || near > Math.Min(255, most / 2))
        {
            throw new CodecException("The JPEG-LS coding parameters are damaged.");
        }

        var standard = JlsParameters.Default(most, near);
        if (_preset is not { } p)
        {
            return standard;
        }

        var made = standard with
        {
            T1 = p.T1 > 0 ? p.T1 : standard.T1,
            T2 = p.T2 > 0 ? p.T2 : standard.T2,
            T3 = p.T3 > 0 ? p.T3 : standard.T3,
            Reset = p.Reset > 0 ? p.Reset : standard.Reset,
        };
        return made.T1 > near && made.T1 <= made.T2 && made.T2 <= made.T3 && made.T3 <= most && made.Reset >= 3
            ? made : throw new CodecException("The JPEG-LS coding parameters are damaged.");
    }

    private void Lines(ref JlsScan scan, int[] places, int interleave)
    {
        var (previous, current) = (NewLines(places.Length), NewLines(places.Length));
        var runIndices = new int[places.Length];
        for (var y = 0; y < _format.Rows; y++)
        {
            if (interleave == 2)
            {
                scan.Line(previous, current, ref runIndices[0]);
            }
            else
            {
                for (var c = 0; c < places.Length; c++)
                {
                    scan.Line(previous[c], current[c], ref runIndices[c]);
                }
            }

            for (var c = 0; c < places.Length; c++)
            {
                Store(current[c], places[c], y);
            }

            (previous, current) = (current, previous);
        }
    }

    private int[][] NewLines(int count)
    {
        var lines = new int[count][];
        for (var c = 0; c < count; c++)
        {
            lines[c] = new int[_format.Columns + 2];
        }

        return lines;
    }

    private void Store(int[] line, int place, int y)
    {
        var (size, step) = (_format.SampleBytes, _format.SamplesPerPixel * _format.SampleBytes);
        var at = (y * _format.Columns * step) + (place * size);
        for (var x = 1; x <= _format.Columns; x++, at += step)
        {
            if (size == 1)
            {
                _samples[at] = (byte)line[x];
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(_samples.AsSpan(at), (ushort)line[x]);
            }
        }
    }
}
