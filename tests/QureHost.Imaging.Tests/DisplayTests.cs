using QureHost.Dicom;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging.Tests;

/// <summary>Display values: after VOI LUT or window and inversion (PS3.3 §C.11.2).</summary>
public sealed class DisplayTests
{
    [Fact]
    public void A_linear_window_follows_the_standards_formula()
    {
        // PS3.3 §C.11.2.1.2.1: with c = 2048 and w = 4096, x <= 0 is 0, x > 4095 is 1, else x / 4095.
        var image = Samples.Grey(1, 4, 16, signed: true).Add(DicomTags.WindowCenter, 2048.0).Add(DicomTags.WindowWidth, 4096.0);

        Assert.Equal([0, 0, 1000 / 4095.0, 1], Values(image, Samples.Words(-5, 0, 1000, 4095)), Close);
    }

    [Fact]
    public void A_window_of_width_one_is_a_threshold()
    {
        var image = Samples.Grey(1, 2, 8).Add(DicomTags.WindowCenter, 10.0).Add(DicomTags.WindowWidth, 1.0);

        Assert.Equal([0, 1], Values(image, Samples.Bytes(9, 10)), Close);
    }

    [Fact]
    public void LINEAR_EXACT_and_SIGMOID_follow_their_formulas()
    {
        var image = Samples.Grey(1, 3, 8).Add(DicomTags.WindowCenter, 100.0).Add(DicomTags.WindowWidth, 50.0);

        Assert.Equal([0, .5, 1], Values(image.Add(DicomTags.VOILUTFunction, "LINEAR_EXACT"), Samples.Bytes(75, 100, 125)), Close);
        Assert.Equal([1 / (1 + Math.Exp(2)), .5, 1 / (1 + Math.Exp(-2))], Values(image.Add(DicomTags.VOILUTFunction, "SIGMOID"), Samples.Bytes(75, 100, 125)), Close);
    }

    [Fact]
    public void A_VOI_LUT_is_used_with_its_own_range()
    {
        var lut = new DicomDataset().Add(DicomTags.LUTDescriptor, DicomVr.US, 3, 10, 10).AddBytes(DicomTags.LUTData, DicomVr.OW, new byte[] { 0, 0, 0xFF, 1, 0xFF, 3 });

        Assert.Equal([0, 511 / 1023.0, 1], Values(Samples.Grey(1, 3).AddSequence(DicomTags.VOILUTSequence, lut), Samples.Words(0, 11, 99)), Close);
    }

    [Fact]
    public void Without_a_window_the_images_own_range_is_shown_and_padding_is_black()
    {
        var image = Samples.Grey(1, 4).Add(DicomTags.PixelPaddingValue, DicomVr.US, 0);

        Assert.Equal([0, 0, .5, 1], Values(image, Samples.Words(0, 100, 150, 200)), Close);
    }

    [Theory]
    [InlineData("MONOCHROME1", null)]
    [InlineData("MONOCHROME1", "INVERSE")]
    [InlineData("MONOCHROME2", "INVERSE")]
    public void Inverted_images_are_shown_inverted_once(string photometric, string? shape)
    {
        var image = Samples.Grey(1, 2, photometric: photometric);
        if (shape is not null)
        {
            image.Add(DicomTags.PresentationLUTShape, shape);
        }

        Assert.Equal([1, 0], Values(image, Samples.Words(100, 200)), Close);
    }

    [Fact]
    public void An_enhanced_object_takes_window_and_rescale_of_its_frame()
    {
        var image = Samples.Grey(1, 2)
            .AddSequence(DicomTags.SharedFunctionalGroupsSequence, new DicomDataset().AddSequence(DicomTags.PixelValueTransformationSequence, new DicomDataset().Add(DicomTags.RescaleSlope, 2.0).Add(DicomTags.RescaleIntercept, 0.0)))
            .AddSequence(
                DicomTags.PerFrameFunctionalGroupsSequence,
                new DicomDataset(),
                new DicomDataset().AddSequence(DicomTags.FrameVOILUTSequence, new DicomDataset().Add(DicomTags.WindowCenter, 200.5).Add(DicomTags.WindowWidth, 201.0)));

        Assert.Equal([.5, 1], Values(image, Samples.Words(100, 150) with { Frame = 1 }), Close);
    }

    [Fact]
    public void A_palette_is_luminance_of_its_colours()
    {
        var image = Samples.Grey(1, 2, 8, photometric: "PALETTE COLOR");
        foreach (var (descriptor, data, values) in new[]
        {
            (DicomTags.RedPaletteColorLookupTableDescriptor, DicomTags.RedPaletteColorLookupTableData, new byte[] { 0, 0xFF, 0, 0xFF }),
            (DicomTags.GreenPaletteColorLookupTableDescriptor, DicomTags.GreenPaletteColorLookupTableData, new byte[] { 0, 0, 0, 0xFF }),
            (DicomTags.BluePaletteColorLookupTableDescriptor, DicomTags.BluePaletteColorLookupTableData, new byte[] { 0, 0, 0, 0xFF }),
        })
        {
            image.Add(descriptor, DicomVr.US, 2, 0, 16).AddBytes(data, DicomVr.OW, values);
        }

        Assert.Equal([.299, 1], Values(image, Samples.Bytes(0, 1)), Close);
    }

    [Fact]
    public void YBR_is_turned_into_RGB()
    {
        var image = Samples.Grey(1, 2, 8).Add(DicomTags.SamplesPerPixel, 3).Add(DicomTags.PhotometricInterpretation, "YBR_FULL_422");

        // Pure red is Y 76, Cb 85, Cr 255.
        var picture = DisplayRenderer.Render8Bit(image, Samples.Bytes(76, 76, 85, 255));

        Assert.Equal((2, 1, 3), (picture.Width, picture.Height, picture.Channels));
        Assert.True(picture.Pixels[0] > 250 && picture.Pixels[1] < 5 && picture.Pixels[2] < 5);
    }

    [Fact]
    public void A_rendered_picture_fits_its_viewport_and_keeps_its_shape()
    {
        var bytes = Enumerable.Range(0, 200).Select(i => (byte)(i % 20 < 10 ? 0 : 200)).ToArray();
        var image = Samples.Grey(10, 20, 8);

        var half = DisplayRenderer.Render8Bit(image, Samples.Bytes(bytes), new RenderOptions { Viewport = (10, 100) });
        var same = DisplayRenderer.Render8Bit(image, Samples.Bytes(bytes), new RenderOptions { Viewport = (1000, 1000) });
        var large = DisplayRenderer.Render8Bit(image, Samples.Bytes(bytes), new RenderOptions { Viewport = (40, 40), Enlarge = true });

        Assert.Equal((10, 5), (half.Width, half.Height));
        Assert.Equal([0, 0, 0, 0, 0, 255, 255, 255, 255, 255], half.Pixels[..10].Select(p => (int)p));
        Assert.Equal((20, 10), (same.Width, same.Height));
        Assert.Equal((40, 20), (large.Width, large.Height));
    }

    [Fact]
    public void A_chosen_window_is_in_measured_values()
    {
        var image = Samples.Grey(1, 3, 12).Add(DicomTags.RescaleSlope, 1.0).Add(DicomTags.RescaleIntercept, -1024.0);

        var picture = DisplayRenderer.Render8Bit(image, Samples.Words(1024, 1064, 1104), new RenderOptions { Window = new VoiWindow(40, 80, VoiFunction.LinearExact) });

        Assert.Equal([0, 128, 255], picture.Pixels.Select(p => (int)p));
    }

    [Fact]
    public void A_region_outside_the_image_is_refused()
    {
        Assert.Throws<ArgumentException>(() => DisplayRenderer.Render8Bit(Samples.Grey(1, 2, 8), Samples.Bytes(1, 2), new RenderOptions { Region = (1, 0, 2, 1) }));
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-4;

    private static double[] Values(DicomDataset image, FrameData data)
    {
        using var slice = FrameReader.Read(image, data, PixelKind.Display);
        return [.. slice.Samples.ToArray().Select(s => (s * slice.Slope) + slice.Intercept)];
    }
}
