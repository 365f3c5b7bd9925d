using System.Reflection;
using System.Text.Json;
using QureHost.Dicom;
using QureHost.Imaging;
using QureHost.Plugins.Worker;
using QureHost.Sdk.Studies;
using QureHost.Testing;

namespace QureHost.Plugins.Tests;

/// <summary>A product reads the same attributes in a worker, where they come as DICOM JSON, as in the host.</summary>
public sealed class JsonTagsTests
{
    [Theory]
    [InlineData("normal.dcm")]
    [InlineData("built")]
    public void Attributes_read_the_same_from_json_as_from_the_dataset(string file)
    {
        var json = Json(file == "built" ? Built() : DicomFile.Parse(File.ReadAllBytes(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray", file))).Dataset);
        var there = new DatasetTags(DicomJson.Parse(json));
        using var document = JsonDocument.Parse(json);
        var here = new JsonTags(document.RootElement);
        uint[] tags = [.. typeof(TagNumbers).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (uint)f.GetRawConstantValue()!), 0x00081140, 0x00100010, 0x00189306];

        Assert.Contains(tags, here.Has);
        foreach (var tag in tags)
        {
            Assert.Equal((tag, there.Has(tag)), (tag, here.Has(tag)));
            Assert.Equal((tag, there.Text(tag)), (tag, here.Text(tag)));
            Assert.Equal(there.Texts(tag), here.Texts(tag));
            Assert.Equal((tag, there.Number(tag)), (tag, here.Number(tag)));
            Assert.Equal(there.Numbers(tag), here.Numbers(tag));
            Assert.Equal(there.Items(tag).Select(i => i.Text(0x00081155)), here.Items(tag).Select(i => i.Text(0x00081155)));
        }
    }

    private static DicomDataset Built() => new DicomDataset()
        .Add(DicomTags.PatientName, "Yamada^Tarou=山田^太郎=やまだ^たろう")
        .Add(DicomTags.ImageType, "ORIGINAL", "PRIMARY", "", "AXIAL")
        .Add(DicomTags.PixelSpacing, "0.5", "0.625")
        .Add(DicomTags.ImagePositionPatient, "-125", "1e-3", "12.5")
        .Add(DicomTags.StudyDescription, "  padded ")
        .Add(DicomTags.Rows, "512")
        .AddSequence(DicomTags.ReferencedImageSequence, [new DicomDataset().Add(DicomTags.ReferencedSOPInstanceUID, "1.2.3"), new DicomDataset()]);

    private static byte[] Json(DicomDataset dataset)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, DicomJson.WriterOptions))
        {
            DicomJson.Write(writer, dataset);
        }

        return stream.ToArray();
    }
}
