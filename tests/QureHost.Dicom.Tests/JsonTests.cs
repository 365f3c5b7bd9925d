using System.Text;

namespace QureHost.Dicom.Tests;

/// <summary>The DICOM JSON model (PS3.18 annex F).</summary>
public sealed class JsonTests
{
    [Fact]
    public void A_name_has_its_groups()
    {
        var dataset = new DicomDataset().Add(DicomTags.PatientName, "Yamada^Tarou=山田^太郎=やまだ^たろう");

        Assert.Equal("""{"00100010":{"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"山田^太郎","Phonetic":"やまだ^たろう"}]}}""", Json(dataset));
    }

    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData("+1.5 ", "1.5")]
    [InlineData(".5", "0.5")]
    [InlineData("-0012.", "-12")]
    [InlineData("1e3", "1e3")]
    [InlineData("about 5", "\"about 5\"")]
    [InlineData("NaN", "\"NaN\"")]
    public void Decimal_strings_keep_their_digits(string stored, string json)
    {
        var dataset = new DicomDataset().AddBytes(DicomTags.SliceThickness, DicomVr.DS, Encoding.ASCII.GetBytes(stored));

        Assert.Equal($$$"""{"00180050":{"vr":"DS","Value":[{{{json}}}]}}""", Json(dataset));
    }

    [Fact]
    public void Numbers_that_JSON_lacks_are_strings()
    {
        var dataset = new DicomDataset().Add(0x00189073u, DicomVr.FD, double.NaN, double.PositiveInfinity, 1.5);
        dataset.Add(new DicomTag(0x00091001), DicomVr.FL, 0.1);

        Assert.Contains("""{"vr":"FD","Value":["NaN","inf",1.5]}""", Json(dataset));
        Assert.Contains("""{"vr":"FL","Value":[0.1]}""", Json(dataset));
        Assert.Equal([double.NaN, double.PositiveInfinity, 1.5], DicomJson.Parse(DicomJson.ToBytes(dataset)).GetDoubles(0x00189073));
    }

    [Fact]
    public void Empty_values_among_several_are_null_and_come_back_empty()
    {
        var dataset = new DicomDataset().Add(DicomTags.ImageType, "ORIGINAL", "", "AXIAL");

        Assert.Equal("""{"00080008":{"vr":"CS","Value":["ORIGINAL",null,"AXIAL"]}}""", Json(dataset));
        Assert.Equal(["ORIGINAL", "", "AXIAL"], DicomJson.Parse(DicomJson.ToBytes(dataset)).GetStrings(DicomTags.ImageType));
    }

    [Fact]
    public void Empty_elements_have_a_VR_and_nothing_else()
    {
        Assert.Equal("""{"00081140":{"vr":"SQ"},"00100010":{"vr":"PN"}}""", Json(new DicomDataset().AddEmpty(DicomTags.PatientName).AddEmpty(DicomTags.ReferencedImageSequence)));
    }

    [Fact]
    public void The_character_set_says_UTF_8_whatever_the_file_was_in()
    {
        var dataset = new DicomDataset().Add(DicomTags.SpecificCharacterSet, "ISO_IR 100").Add(DicomTags.PatientName, "Bühler");

        Assert.Equal("""{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"Bühler"}]}}""", Json(dataset));
    }

    [Fact]
    public void Bulk_is_named_by_its_path_and_found_by_it_again()
    {
        var item = new DicomDataset().AddBytes(0x00091010, DicomVr.OB, new byte[2000]);
        var dataset = new DicomDataset().AddBytes(0x00091001, DicomVr.OB, new byte[] { 1, 2 }).AddSequence(DicomTags.ReferencedImageSequence, new DicomDataset(), item);
        var paths = new List<string>();

        var json = Encoding.UTF8.GetString(DicomJson.ToBytes(dataset, (_, path) =>
        {
            paths.Add(path);
            return "../bulk/" + path;
        }));

        Assert.Equal(["00081140/1/00091010"], paths);
        Assert.Contains("\"InlineBinary\":\"AQI=\"", json);
        Assert.Contains("\"BulkDataURI\":\"../bulk/00081140/1/00091010\"", json);
        Assert.Same(item[0x00091010], DicomJson.Find(dataset, paths[0]));
        Assert.Null(DicomJson.Find(dataset, "00081140/7/00091010"));
    }

    [Fact]
    public void What_is_written_comes_back_the_same()
    {
        var dataset = Samples.Image();

        var back = DicomJson.Parse(DicomJson.ToBytes(dataset));

        Assert.Equal(Json(dataset), Json(back));
        Assert.Equal(dataset.GetBytes(DicomTags.PixelData).ToArray(), back.GetBytes(DicomTags.PixelData).ToArray());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("""{"0010":{"vr":"LO"}}""")]
    [InlineData("""{"00100020":{"vr":"QQ"}}""")]
    [InlineData("""{"00100020":{"vr":"LO","Value":[{}]}}""")]
    [InlineData("""{"00100020":{"vr":"LO","Value":5}}""")]
    [InlineData("""{"00280010":{"vr":"US","Value":[70000]}}""")]
    [InlineData("""{"00280010":{"vr":"US","Value":[null]}}""")]
    [InlineData("""{"00100020":{"vr":"LO","Value":["a\\b"]}}""")]
    [InlineData("""{"7FE00010":{"vr":"OW","InlineBinary":"*"}}""")]
    [InlineData("""{"7FE00010":5}""")]
    public void JSON_that_is_not_the_model_is_refused(string json)
    {
        Assert.Throws<DicomFormatException>(() => DicomJson.Parse(Encoding.UTF8.GetBytes(json)));
    }

    private static string Json(DicomDataset dataset) => Encoding.UTF8.GetString(DicomJson.ToBytes(dataset));
}
