using System.Buffers.Binary;
using System.Runtime.InteropServices;
using QureHost.Dicom;
using QureHost.Dicom.Codecs;

namespace QureHost.Imaging;

/// <summary>
/// A decoded grey frame as stored values. Up to 16 bits a sample is a pattern of Bits Stored bits, so that every later
/// step is one look-up in a table of at most 65,536 entries; wider samples and floats are values.
/// </summary>
internal sealed class StoredPixels
{
    private readonly ushort[]? _patterns;
    private readonly double[]? _values;

    private StoredPixels(ushort[]? patterns, double[]? values, int bits, bool isSigned, bool isReal = false)
    {
        _patterns = patterns;
        _values = values;
        Bits = bits;
        IsSigned = isSigned;
        IsReal = isReal;
    }

    public int Bits { get; }

    public bool IsSigned { get; }

    /// <summary>Floating point: values come in no steps.</summary>
    public bool IsReal { get; }

    public int Count => _patterns?.Length ?? _values!.Length;

    /// <summary>Patterns, where samples have at most 16 bits.</summary>
    public ReadOnlySpan<ushort> Patterns => _patterns;

    public bool HasPatterns => _patterns is not null;

    /// <summary>Values, where they do not.</summary>
    public ReadOnlySpan<double> Values => _values;

    public double ValueOf(int pattern) => IsSigned ? pattern - ((pattern >> (Bits - 1)) << Bits) : pattern;

    public static StoredPixels Of(DecodedFrame frame, DicomTag pixelTag)
    {
        var format = frame.Format;
        if (pixelTag == DicomTags.FloatPixelData || pixelTag == DicomTags.DoubleFloatPixelData)
        {
            return new StoredPixels(null, Reals(frame.Samples.Span, format.BitsAllocated), format.BitsAllocated, true, isReal: true);
        }

        return format.SampleBytes switch
        {
            1 => new StoredPixels(FromBytes(frame.Samples.Span, format), null, format.BitsStored, format.IsSigned),
            2 => new StoredPixels(FromWords(frame.Samples.Span, format), null, format.BitsStored, format.IsSigned),
            _ => new StoredPixels(null, FromWide(frame.Samples.Span, format), format.BitsStored, format.IsSigned),
        };
    }

    private static ushort[] FromBytes(ReadOnlySpan<byte> samples, in PixelFormat format)
    {
        var shift = format.HighBit + 1 - format.BitsStored;
        var mask = (1 << format.BitsStored) - 1;
        var patterns = new ushort[samples.Length];
        for (var i = 0; i < patterns.Length; i++)
        {
            patterns[i] = (ushort)((samples[i] >> shift) & mask);
        }

        return patterns;
    }

    private static ushort[] FromWords(ReadOnlySpan<byte> samples, in PixelFormat format)
    {
        var shift = format.HighBit + 1 - format.BitsStored;
        var mask = (1 << format.BitsStored) - 1;
        var words = MemoryMarshal.Cast<byte, ushort>(samples);
        var patterns = new ushort[words.Length];
        if (shift == 0 && mask == 0xFFFF)
        {
            words.CopyTo(patterns);
            return patterns;
        }

        for (var i = 0; i < patterns.Length; i++)
        {
            patterns[i] = (ushort)((words[i] >> shift) & mask);
        }

        return patterns;
    }

    private static double[] FromWide(ReadOnlySpan<byte> samples, in PixelFormat format)
    {
        var size = format.SampleBytes;
        var left = 64 - format.HighBit - 1;
        var right = 64 - format.BitsStored;
        var values = new double[samples.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            var at = samples[(i * size)..];
            var word = size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at);
            values[i] = format.IsSigned ? (long)(word << left) >> right : (double)((word << left) >> right);
        }

        return values;
    }

    private static double[] Reals(ReadOnlySpan<byte> samples, int bits)
    {
        var values = new double[samples.Length * 8 / bits];
        for (var i = 0; i < values.Length; i++)
        {
            var value = bits == 32 ? BinaryPrimitives.ReadSingleLittleEndian(samples[(4 * i)..]) : BinaryPrimitives.ReadDoubleLittleEndian(samples[(8 * i)..]);
            values[i] = double.IsFinite(value) ? value : 0;
        }

        return values;
    }
}
