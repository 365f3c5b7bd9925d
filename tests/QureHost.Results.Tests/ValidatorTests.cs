using QureHost.Dicom;
using QureHost.Sdk.Results;
using QureHost.Testing;

namespace QureHost.Results.Tests;

/// <summary>Other makers' validators on what is written.</summary>
public sealed class ValidatorTests
{
    private const string PixelMed = "/usr/share/java/pixelmed.jar";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Runs => ["chest", "ct", "refused", "empty", "no geometry"];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Dciodvfy_finds_no_error(string run)
    {
        Assert.SkipUnless(OutsideTool.Find("dciodvfy") is not null, OutsideTool.Absent("dciodvfy", "dicom3tools"));
        using var folder = new TemporaryFolder();

        foreach (var file in await WriteAsync(run, folder))
        {
            var (_, output) = await OutsideTool.RunAsync("dciodvfy", ["-new", file], Ct);
            Assert.DoesNotContain("Error", output);
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Dsrdump_reads_the_report(string run)
    {
        Assert.SkipUnless(OutsideTool.Find("dsrdump") is not null, OutsideTool.Absent("dsrdump", "dcmtk"));
        using var folder = new TemporaryFolder();

        foreach (var report in (await WriteAsync(run, folder)).Where(f => f.Contains("SR")))
        {
            var (exit, output) = await OutsideTool.RunAsync("dsrdump", [report], Ct);
            output = output.Replace("W: The VR checker does not support this Specific Character Set: ISO_IR 192", "");

            Assert.Equal(0, exit);
            Assert.DoesNotContain("E: ", output);
            Assert.DoesNotContain("W: ", output);
        }
    }

    /// <summary>Half a minute of Java a document, so only the run that has both kinds of report.</summary>
    [Fact]
    public async Task Pixelmed_finds_the_template_kept()
    {
        Assert.SkipUnless(OutsideTool.Find("java") is not null && File.Exists(PixelMed), OutsideTool.Absent("pixelmed", "libpixelmed-java"));
        using var folder = new TemporaryFolder();

        foreach (var report in (await WriteAsync("ct", folder)).Where(f => f.Contains("SR")))
        {
            var (_, output) = await OutsideTool.RunAsync("java", ["-Xmx1g", "-Djdk.xml.xpathExprOpLimit=0", "-Djdk.xml.xpathTotalOpLimit=0", "-Djdk.xml.xpathExprGrpLimit=0", "-cp", $"{PixelMed}:/usr/share/java/*", "com.pixelmed.validate.DicomSRValidator", report], Ct);

            Assert.Contains("Root Template Validation Complete", output);
            Assert.DoesNotContain("Error", output);
        }
    }

    [Fact]
    public async Task Dcmtk_reads_every_object_without_a_warning()
    {
        Assert.SkipUnless(OutsideTool.Find("dcmdump") is not null, OutsideTool.Absent("dcmdump", "dcmtk"));
        using var folder = new TemporaryFolder();

        foreach (var file in (await WriteAsync("chest", folder)).Concat(await WriteAsync("ct", folder)))
        {
            var (exit, output) = await OutsideTool.RunAsync("dcmdump", [file], Ct);
            Assert.Equal(0, exit);
            Assert.DoesNotContain("W: ", output);
        }
    }

    private static async Task<List<string>> WriteAsync(string run, TemporaryFolder folder)
    {
        var input = run switch
        {
            "chest" => Cases.ChestRun(Cases.ChestResults()),
            "ct" => Cases.CtRun(Cases.CtResults()),
            "refused" => Cases.ChestRun(new Gate { Id = "gate", Status = GateStatus.Refused, Reasons = ["This is not a chest X-ray."] }),
            "empty" => Cases.ChestRun(),
            _ => Cases.ChestRun(new Mask { Id = "lung", Form = MaskForm.Labelmap, Images = [new ImageRef(Cases.ChestSop)], Rows = 2, Columns = 2, Segments = ["opacity"], Data = new byte[] { 1, 0, 0, 1 } }),
        };
        var files = new List<string>();
        foreach (var (sopClass, uid, part10) in await ResultObjectBuilder.BuildAsync(input, Ct))
        {
            var kind = sopClass switch { SopClasses.ComprehensiveSr => "SR", SopClasses.Segmentation => "SEG", _ => "SC" };
            files.Add(folder.At($"{kind}-{uid}.dcm"));
            await File.WriteAllBytesAsync(files[^1], part10, Ct);
        }

        return files;
    }
}
