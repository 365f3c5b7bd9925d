namespace QureHost.Dicom.Codecs;

/// <summary>How the samples of a frame are stored (PS3.3 §C.7.6.3).</summary>
/// <param name="Rows">Height.</param>
/// <param name="Columns">Width.</param>
/// <param name="SamplesPerPixel">1, or 3 for colour.</param>
/// <param name="BitsAllocated">Bits a sample takes: 1, 8, 12, 16, 32 or 64.</param>
/// <param name="BitsStored">Bits of them that mean something.</param>
/// <param name="HighBit">The most significant of these.</param>
/// <param name="IsSigned">Two's complement.</param>
/// <param name="Photometric">Photometric Interpretation (0028,0004).</param>
/// <param name="Planar">1: all of one colour, then all of the next.</param>
public readonly record struct PixelFormat(
    int Rows, int Columns, int SamplesPerPixel, int BitsAllocated, int BitsStored, int HighBit, bool IsSigned, string Photometric, int Planar)
{
    /// <summary>Frames that would decode to more bytes are refused.</summary>
    public const long MaxFrameBytes = 1L << 30;

    /// <summary>Pixels of a frame.</summary>
    public int Pixels => Rows * Columns;

    /// <summary>Bytes of a decoded sample: 1, 2, 4 or 8.</summary>
    public int SampleBytes => BitsAllocated switch { <= 8 => 1, <= 16 => 2, <= 32 => 4, _ => 8 };

    /// <summary>Bytes of a decoded frame.</summary>
    public int FrameBytes => Pixels * SamplesPerPixel * SampleBytes;

    /// <summary>Reads the Image Pixel module.</summary>
    /// <exception cref="CodecException">Attributes are missing or contradict each other.</exception>
    public static PixelFormat FromDataset(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var allocated = dataset.Contains(DicomTags.FloatPixelData) ? 32 : dataset.Contains(DicomTags.DoubleFloatPixelData) ? 64 : dataset.GetInt32(DicomTags.BitsAllocated) ?? 0;
        var stored = dataset.GetInt32(DicomTags.BitsStored) ?? allocated;
        var format = new PixelFormat(
            dataset.GetInt32(DicomTags.Rows) ?? 0,
            dataset.GetInt32(DicomTags.Columns) ?? 0,
            dataset.GetInt32(DicomTags.SamplesPerPixel) ?? 1,
            allocated,
            stored,
            dataset.GetInt32(DicomTags.HighBit) ?? stored - 1,
            dataset.GetInt32(DicomTags.PixelRepresentation) == 1,
            dataset.GetString(DicomTags.PhotometricInterpretation) ?? "MONOCHROME2",
            dataset.GetInt32(DicomTags.PlanarConfiguration) ?? 0);
        format.Check();
        return format;
    }

    /// <summary>Throws where no frame can have this format; what passes bounds every allocation of the decoders.</summary>
    public void Check()
    {
        if (Rows is <= 0 or > 65535 || Columns is <= 0 or > 65535)
        {
            throw new CodecException($"An image of {Rows} rows and {Columns} columns has no pixels.");
        }

        if (BitsAllocated is not (1 or 8 or 12 or 16 or 32 or 64))
        {
            throw new CodecException($"{BitsAllocated} bits allocated are not supported.");
        }

        if (BitsStored < 1 || BitsStored > BitsAllocated || HighBit >= BitsAllocated || HighBit < BitsStored - 1)
        {
            throw new CodecException($"{BitsStored} bits stored with high bit {HighBit} do not fit into {BitsAllocated} bits allocated.");
        }

        if (SamplesPerPixel is not (1 or 3 or 4))
        {
            throw new CodecException($"{SamplesPerPixel} samples a pixel are not supported.");
        }

        if ((long)Rows * Columns * SamplesPerPixel * SampleBytes > MaxFrameBytes)
        {
            throw new CodecException($"A frame of {Rows} × {Columns} is larger than the {MaxFrameBytes >> 20} MiB that are decoded.");
        }
    }
}
