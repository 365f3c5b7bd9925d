namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>A component of a frame (ITU-T T.81 §B.2.2), its samples, and what a scan sets for it.</summary>
internal sealed class JpegComponent(int id, int h, int v, int quantization)
{
    public int Id { get; } = id;

    /// <summary>Horizontal sampling factor.</summary>
    public int H { get; } = h;

    /// <summary>Vertical sampling factor.</summary>
    public int V { get; } = v;

    public int Quantization { get; } = quantization;

    /// <summary>Samples that are image; the plane is padded to whole minimum coded units.</summary>
    public int Width { get; set; }

    public int Height { get; set; }

    public int BlocksAcross { get; set; }

    public int BlocksDown { get; set; }

    public int Stride => BlocksAcross * 8;

    public ushort[] Plane { get; set; } = [];

    /// <summary>Progressive: quantised coefficients, 64 a block, in zigzag order.</summary>
    public short[] Coefficients { get; set; } = [];

    public HuffmanTable? Dc { get; set; }

    public HuffmanTable? Ac { get; set; }

    public int LastDc { get; set; }
}
