using System.Buffers.Binary;

namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>
/// JPEG (ITU-T T.81): baseline, extended and progressive DCT of 8 and 12 bits, and lossless, all Huffman coded. Walks
/// the markers; the scans are decoded by <see cref="DctScan"/>, <see cref="ProgressiveScan"/> and <see cref="LosslessScan"/>.
/// </summary>
internal sealed class JpegDecoder
{
    private const int MostScans = 100;

    private readonly int[]?[] _quantization = new int[4][];
    private readonly HuffmanTable?[] _dc = new HuffmanTable[4];
    private readonly HuffmanTable?[] _ac = new HuffmanTable[4];
    private readonly PixelFormat _format;
    private JpegFrameHeader? _frame;
    private int _restartInterval;
    private int? _adobeTransform;
    private bool _hasJfif;

    private JpegDecoder(in PixelFormat format) => _format = format;

    public static DecodedFrame Decode(ReadOnlySpan<byte> data, in PixelFormat format) => new JpegDecoder(format).Decode(data);

    private DecodedFrame Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4 || data[0] != 0xFF || data[1] != 0xD8)
        {
            throw new CodecException("The frame does not start as a JPEG image does.");
        }

        var at = 2;
        var scans = 0;
        byte[]? lossless = null;
        while (at + 3 < data.Length)
        {
            if (data[at] != 0xFF || data[at + 1] is 0xFF or 0)
            {
                at++;
                continue;
            }

            var marker = data[at + 1];
            if (marker == 0xD9)
            {
                break;
            }

            if (marker is >= 0xD0 and <= 0xD8 or 1)
            {
                at += 2;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]);
            if (length < 2 || at + 2 + length > data.Length)
            {
                throw new CodecException("A JPEG marker segment is cut off.");
            }

            var segment = data.Slice(at + 4, length - 2);
            at += 2 + length;
            switch (marker)
            {
                case 0xDB:
                    ReadQuantization(segment);
                    break;
                case 0xC4:
                    ReadHuffman(segment);
                    break;
                case 0xDD:
                    _restartInterval = BinaryPrimitives.ReadUInt16BigEndian(segment);
                    break;
                case 0xE0:
                    _hasJfif = segment.StartsWith("JFIF\0"u8);
                    break;
                case 0xEE when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                    _adobeTransform = segment[11];
                    break;
                case >= 0xC0 and <= 0xCF and not (0xC8 or 0xCC):
                    if (_frame is not null)
                    {
                        throw new CodecException("The JPEG image has two frame headers.");
                    }

                    _frame = JpegFrameHeader.Read(marker, segment, _format, data.Length);
                    if (!_frame.IsLossless)
                    {
                        _frame.Allocate();
                    }

                    break;
                case 0xDA:
                    if (++scans > MostScans)
                    {
                        throw new CodecException("The JPEG image has too many scans.");
                    }

                    at = ReadScan(segment, data, at, ref lossless);
                    break;
            }
        }

        if (_frame is null || scans == 0)
        {
            throw new CodecException("The JPEG data hold no image.");
        }

        if (lossless is not null)
        {
            return new DecodedFrame(lossless, _format with { Planar = 0 });
        }

        if (_frame.IsProgressive)
        {
            ProgressiveScan.Finish(_frame, _quantization);
        }

        return JpegOutput.Make(_frame, _format, _adobeTransform, _hasJfif);
    }

    private int ReadScan(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> data, int at, ref byte[]? lossless)
    {
        var frame = _frame ?? throw new CodecException("A JPEG scan comes before its frame header.");
        var count = (int)segment[0];
        if (count is < 1 or > 4 || segment.Length < 4 + (2 * count))
        {
            throw new CodecException("A JPEG scan header is damaged.");
        }

        var components = new JpegComponent[count];
        for (var i = 0; i < count; i++)
        {
            var id = segment[1 + (2 * i)];
            var tables = segment[2 + (2 * i)];
            components[i] = Array.Find(frame.Components, c => c.Id == id) ?? throw new CodecException("A JPEG scan names a component that the frame lacks.");
            components[i].Dc = _dc[(tables >> 4) & 3];
            components[i].Ac = _ac[tables & 3];
        }

        var (start, end, approximation) = (segment[1 + (2 * count)], segment[2 + (2 * count)], segment[3 + (2 * count)]);
        var bits = new JpegBits(data, at);
        if (frame.IsLossless)
        {
            lossless ??= new byte[_format.FrameBytes];
            LosslessScan.Decode(ref bits, frame, components, predictor: start, pointTransform: approximation & 15, _restartInterval, _format, lossless);
        }
        else if (frame.IsProgressive)
        {
            ProgressiveScan.Decode(ref bits, frame, components, start, end, approximation >> 4, approximation & 15, _restartInterval);
        }
        else
        {
            DctScan.Decode(ref bits, frame, components, _quantization, _restartInterval);
        }

        return bits.EndOfSegment();
    }

    private void ReadQuantization(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            var wide = segment[0] >> 4 != 0;
            var id = segment[0] & 15;
            if (id > 3)
            {
                throw new CodecException("A JPEG quantization table has no place.");
            }

            var table = new int[64];
            for (var i = 0; i < 64; i++)
            {
                table[i] = wide ? BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + (2 * i))..]) : segment[1 + i];
            }

            _quantization[id] = table;
            segment = segment[(wide ? 129 : 65)..];
        }
    }

    private void ReadHuffman(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            var id = segment[0] & 15;
            var counts = segment.Slice(1, 16);
            var total = 0;
            foreach (var n in counts)
            {
                total += n;
            }

            if (id > 3 || total > 256)
            {
                throw new CodecException("A JPEG Huffman table is damaged.");
            }

            var table = new HuffmanTable(counts, segment.Slice(17, total));
            (segment[0] >> 4 == 0 ? _dc : _ac)[id] = table;
            segment = segment[(17 + total)..];
        }
    }
}
