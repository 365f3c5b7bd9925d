using System.Buffers.Binary;

namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>A frame header, SOF (ITU-T T.81 §B.2.2), checked against the image that it should be.</summary>
internal sealed class JpegFrameHeader
{
    private JpegFrameHeader(byte marker, int precision, int width, int height, JpegComponent[] components)
    {
        Marker = marker;
        Precision = precision;
        Width = width;
        Height = height;
        Components = components;
        MostH = components.Max(c => c.H);
        MostV = components.Max(c => c.V);
    }

    public byte Marker { get; }

    public bool IsProgressive => Marker == 0xC2;

    public bool IsLossless => Marker == 0xC3;

    public int Precision { get; }

    public int Width { get; }

    public int Height { get; }

    public JpegComponent[] Components { get; }

    public int MostH { get; }

    public int MostV { get; }

    public int McusAcross => (Width + (8 * MostH) - 1) / (8 * MostH);

    public int McusDown => (Height + (8 * MostV) - 1) / (8 * MostV);

    public static JpegFrameHeader Read(byte marker, ReadOnlySpan<byte> segment, in PixelFormat format, int dataLength)
    {
        if (marker is not (0xC0 or 0xC1 or 0xC2 or 0xC3))
        {
            throw new UnsupportedTransferSyntaxException($"The image is compressed with JPEG process SOF{marker & 15} (hierarchical or arithmetic), which this server cannot decode.");
        }

        var precision = segment[0];
        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        if (height != format.Rows || width != format.Columns)
        {
            throw new CodecException($"The JPEG image has {height} × {width} pixels, the object says {format.Rows} × {format.Columns}.");
        }

        if (segment[5] != format.SamplesPerPixel || segment[5] is not (1 or 3 or 4))
        {
            throw new CodecException($"The JPEG image has {segment[5]} components, the object says {format.SamplesPerPixel}.");
        }

        if (precision is < 2 or > 16 || (marker != 0xC3 && precision is not (8 or 12)) || (precision + 7) / 8 > format.SampleBytes)
        {
            throw new CodecException($"A JPEG precision of {precision} bits does not fit {format.BitsAllocated} bits allocated.");
        }

        var components = new JpegComponent[segment[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var at = segment[(6 + (3 * i))..];
            int h = at[1] >> 4, v = at[1] & 15;
            if (h is < 1 or > 4 || v is < 1 or > 4 || at[2] > 3)
            {
                throw new CodecException("A JPEG component has impossible sampling factors.");
            }

            components[i] = new JpegComponent(at[0], h, v, at[2]);
        }

        var header = new JpegFrameHeader(marker, precision, width, height, components);
        header.CheckPlausible(dataLength);
        return header;
    }

    /// <summary>A code takes at least one bit: a short stream cannot describe a large image, and gets no memory for one.</summary>
    private void CheckPlausible(int dataLength)
    {
        var codes = IsLossless ? (long)Width * Height * Components.Length : (long)((Width + 7) / 8) * ((Height + 7) / 8) / (MostH * MostV);
        if (codes > dataLength * 8L)
        {
            throw new CodecException("The JPEG data are too short for an image of this size.");
        }
    }

    /// <summary>Sizes planes; DCT frames are padded to whole minimum coded units.</summary>
    public void Allocate()
    {
        foreach (var c in Components)
        {
            c.Width = ((Width * c.H) + MostH - 1) / MostH;
            c.Height = ((Height * c.V) + MostV - 1) / MostV;
            c.BlocksAcross = McusAcross * c.H;
            c.BlocksDown = McusDown * c.V;
            var samples = (long)c.BlocksAcross * c.BlocksDown * 64;
            if (samples > PixelFormat.MaxFrameBytes / 2)
            {
                throw new CodecException("The JPEG image is too large.");
            }

            c.Plane = new ushort[samples];
            if (IsProgressive)
            {
                c.Coefficients = new short[samples];
            }
        }
    }
}
