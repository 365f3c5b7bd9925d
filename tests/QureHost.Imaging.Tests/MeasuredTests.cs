using QureHost.Dicom;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging.Tests;

/// <summary>Measured values: after the modality transform (PS3.3 §C.11.1).</summary>
public sealed class MeasuredTests
{
    [Fact]
    public void CT_values_are_whole_HU_with_slope_one()
    {
        var image = Samples.Grey(1, 4, 12).Add(DicomTags.Modality, "CT").Add(DicomTags.RescaleSlope, 1.0).Add(DicomTags.RescaleIntercept, -1024.0);

        using var slice = FrameReader.Read(image, Samples.Words(0, 1024, 1064, 4095), PixelKind.Measured);

        Assert.Equal("HU", slice.Unit);
        Assert.Equal((1, 0), (slice.Slope, slice.Intercept));
        Assert.Equal([-1024, 0, 40, 3071], slice.Samples.ToArray().Select(s => (int)s));
    }

    [Fact]
    public void Bits_above_the_high_bit_are_no_part_of_the_value()
    {
        var image = Samples.Grey(1, 2, 12);

        Assert.Equal([0x123, 0xFFF], Values(image, Samples.Words(0x7123, 0xFFFF)));
    }

    [Fact]
    public void Stored_bits_below_the_top_are_shifted_and_their_sign_extended()
    {
        var image = Samples.Grey(1, 2, 12, signed: true).Add(DicomTags.HighBit, 15);

        Assert.Equal([-1, 0x123], Values(image, Samples.Words(0xFFF0, 0x1230)));
    }

    [Fact]
    public void Unsigned_values_above_32767_keep_their_value_through_the_intercept()
    {
        Assert.Equal([0, 65535, 40000], Values(Samples.Grey(1, 3), Samples.Words(0, 65535, 40000)));
    }

    [Fact]
    public void Fractions_of_the_rescale_slope_are_kept()
    {
        var image = Samples.Grey(1, 3, 12).Add(DicomTags.RescaleSlope, 0.25).Add(DicomTags.RescaleIntercept, -100.0);

        Assert.Equal([-100, -99.75, 923.75], Values(image, Samples.Words(0, 1, 4095)));
    }

    [Fact]
    public void A_modality_LUT_maps_stored_values()
    {
        var lut = new DicomDataset().Add(DicomTags.LUTDescriptor, DicomVr.US, 3, 10, 16).AddBytes(DicomTags.LUTData, DicomVr.OW, new byte[] { 5, 0, 6, 0, 0x10, 0x27 }).Add(DicomTags.ModalityLUTType, "OD");

        Assert.Equal([5, 5, 6, 10000, 10000], Values(Samples.Grey(1, 5).AddSequence(DicomTags.ModalityLUTSequence, lut), Samples.Words(0, 10, 11, 12, 500)));
    }

    [Fact]
    public void Padding_takes_the_lowest_value_of_the_rest()
    {
        var image = Samples.Grey(1, 4, 16, signed: true).Add(DicomTags.PixelPaddingValue, DicomVr.SS, -2000).Add(DicomTags.PixelPaddingRangeLimit, DicomVr.SS, -1900);

        Assert.Equal([-1000, -1000, -1000, 50], Values(image, Samples.Words(-2000, -1950, -1000, 50)));
    }

    [Theory]
    [InlineData(true, new[] { -5, 100000, int.MaxValue })]
    [InlineData(false, new[] { 0, 100000, 2000000000 })]
    public void Values_of_32_bits_are_kept_to_one_part_in_65535(bool signed, int[] stored)
    {
        var bytes = stored.SelectMany(BitConverter.GetBytes).ToArray();

        var values = Values(Samples.Grey(1, 3, 32, signed), Samples.Bytes(bytes));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(stored[i], values[i], int.MaxValue / 65000.0);
        }
    }

    [Fact]
    public void Float_pixels_are_read()
    {
        var image = Samples.Grey(1, 3, 32);
        var data = Samples.Bytes([.. new[] { -1f, .5f, 1f }.SelectMany(BitConverter.GetBytes)]) with { PixelTag = DicomTags.FloatPixelData };

        var values = Values(image, data);

        Assert.Equal(-1, values[0], 1e-4);
        Assert.Equal(.5, values[1], 1e-4);
    }

    [Fact]
    public void Single_bits_are_zero_and_one()
    {
        var image = Samples.Grey(1, 9, 1).Add(DicomTags.BitsAllocated, 1);

        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 0, 1], Values(image, Samples.Bytes(4, 2) with { BitOffset = 1 }));
    }

    [Fact]
    public void Big_endian_words_are_turned()
    {
        var data = Samples.Bytes(1, 2, 3, 4) with { Syntax = TransferSyntax.ExplicitBigEndian };

        Assert.Equal([0x102, 0x304], Values(Samples.Grey(1, 2), data));
    }

    [Fact]
    public void Colour_is_luminance()
    {
        var image = Samples.Grey(1, 2, 8).Add(DicomTags.SamplesPerPixel, 3).Add(DicomTags.PhotometricInterpretation, "RGB").Add(DicomTags.PlanarConfiguration, 1);

        using var slice = FrameReader.Read(image, Samples.Bytes(255, 0, 0, 0, 0, 255), PixelKind.Measured);

        Assert.True(slice.IsColor);
        Assert.Equal(76.2, (slice.Samples.Span[0] * slice.Slope) + slice.Intercept, .1);
        Assert.Equal(29.1, (slice.Samples.Span[1] * slice.Slope) + slice.Intercept, .1);
    }

    [Fact]
    public void An_image_without_rows_says_so()
    {
        Assert.Throws<PixelsUnavailableException>(() => FrameReader.Read(Samples.Grey(0, 4), Samples.Words(1), PixelKind.Measured));
        Assert.Throws<PixelsUnavailableException>(() => FrameReader.Read(Samples.Grey(4, 4), Samples.Words(1), PixelKind.Measured));
    }

    private static double[] Values(DicomDataset image, FrameData data)
    {
        using var slice = FrameReader.Read(image, data, PixelKind.Measured);
        return [.. slice.Samples.ToArray().Select(s => (s * slice.Slope) + slice.Intercept)];
    }
}
