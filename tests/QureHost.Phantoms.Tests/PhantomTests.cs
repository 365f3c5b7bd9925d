using System.Buffers.Binary;
using QureHost.Dicom;
using QureHost.Testing;

namespace QureHost.Phantoms.Tests;

public sealed class PhantomTests
{
    [Theory]
    [InlineData("chest-xray", "effusion")]
    [InlineData("head-ct", "extradural_haemorrhage")]
    public void The_same_options_give_the_same_bytes_and_another_seed_gives_others(string kind, string finding)
    {
        var options = new PhantomOptions { Finding = finding, Slices = 3 };

        Assert.Equal(Files(kind, options), Files(kind, options));
        Assert.NotEqual(Files(kind, options)[0], Files(kind, options with { Seed = 2 })[0]);
    }

    [Theory]
    [InlineData("chest-xray")]
    [InlineData("head-ct")]
    public async Task Dciodvfy_finds_no_error_in_a_phantom(string kind)
    {
        Assert.SkipUnless(OutsideTool.Find("dciodvfy") is not null, OutsideTool.Absent("dciodvfy", "dicom3tools"));
        using var folder = new TemporaryFolder();
        PhantomStudy.Write(kind, folder.Path, new PhantomOptions { Slices = 2, TiltDegrees = 12 });

        foreach (var file in Directory.GetFiles(folder.Path, "*.dcm"))
        {
            Assert.DoesNotContain("Error", (await OutsideTool.RunAsync("dciodvfy", [file])).Output);
        }
    }

    [Fact]
    public void The_cardiothoracic_ratio_of_a_large_heart_is_above_one_half_and_of_a_normal_one_below()
    {
        Assert.InRange(ChestXrayPhantom.Render(new PhantomOptions { Finding = "cardiomegaly" }).Truth.CardiothoracicRatio, .56, .66);
        Assert.InRange(ChestXrayPhantom.Render(new PhantomOptions()).Truth.CardiothoracicRatio, .38, .49);
    }

    [Theory]
    [InlineData("intraparenchymal_haemorrhage", 29, 31)]
    [InlineData("subdural_haemorrhage", 22, 38)] // clipped by the vault's shape
    public void The_truth_of_a_bleed_is_close_to_the_volume_asked_for(string finding, double low, double high)
    {
        var options = new PhantomOptions { Finding = finding, BleedMl = 30, Left = true };

        Assert.InRange(HeadCtPhantom.Measure(HeadCtPhantom.Model(options), options).BleedMl, low, high);
    }

    [Fact]
    public void A_left_bleed_is_bright_on_the_patients_left_and_not_on_the_right()
    {
        var options = new PhantomOptions { Finding = "intraparenchymal_haemorrhage", BleedMl = 30, Left = true, Slices = 25 };
        var slice = DicomFile.Parse(Files("head-ct", options)[13], new DicomReadOptions { KeepBelow = long.MaxValue });
        var pixels = slice.Dataset.GetBytes(DicomTags.PixelData).Span;
        var position = slice.Dataset.GetDoubles(DicomTags.ImagePositionPatient);

        // x grows to the patient's left: the columns right of the middle.
        Assert.InRange(Mean(pixels, position, 34, 4), 58, 74);
        Assert.InRange(Mean(pixels, position, -34, 4), 24, 40);
    }

    private static double Mean(ReadOnlySpan<byte> pixels, double[] position, double xMm, double yMm)
    {
        int column = (int)Math.Round((xMm - position[0]) / HeadCtPhantom.PixelMm), row = (int)Math.Round((yMm - position[1]) / HeadCtPhantom.PixelMm);
        double sum = 0;
        for (var y = row - 5; y <= row + 5; y++)
        {
            for (var x = column - 5; x <= column + 5; x++)
            {
                sum += BinaryPrimitives.ReadInt16LittleEndian(pixels[(((y * HeadCtPhantom.Size) + x) * 2)..]);
            }
        }

        return sum / 121;
    }

    private static List<byte[]> Files(string kind, PhantomOptions options)
    {
        var files = new List<byte[]>();
        PhantomStudy.Build(kind, options, (_, bytes) => files.Add(bytes));
        return files;
    }
}
