using System.Buffers;
using System.Text.Json;
using QureHost.Dicom;

namespace QureHost.Archive.Tests;

public sealed class SearchTests : IAsyncLifetime
{
    private Given given = null!;

    public async ValueTask InitializeAsync()
    {
        given = await Given.ArchiveAsync();
        var mr = Make.Ct("2.1", study: "1.20", series: "1.20.1", name: "Müller^Hans", id: "P2");
        mr.Add(DicomTags.Modality, "MR");
        mr.Add(DicomTags.StudyDate, "20260315");
        mr.Add(DicomTags.StudyTime, "235959");
        mr.Add(DicomTags.AccessionNumber, "B200");
        mr.Add(DicomTags.StudyDescription, "MR knee [left]");
        var jp = Make.Ct("3.1", study: "1.30", series: "1.30.1", name: "Yamada^Tarou=山田^太郎=やまだ^たろう", id: "P3");
        jp.Add(DicomTags.StudyDate, "20251231");
        jp.Add(DicomTags.StudyTime, "0000");
        await given.IngestAsync(Make.Ct("1.1"), Make.Ct("1.2", number: 2), Make.Ct("1.3", series: "1.10.9"), mr, jp);
    }

    public ValueTask DisposeAsync() => given.DisposeAsync();

    [Theory]
    [InlineData("PatientID", "P2", "1.20")]
    [InlineData("PatientID", "P*", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("PatientID", "P?", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("PatientID", "p2", "")]
    [InlineData("PatientID", "", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("PatientName", "MULLER^HANS", "1.20")]
    [InlineData("PatientName", "müller*", "1.20")]
    [InlineData("PatientName", "*hans*", "1.20")]
    [InlineData("PatientName", "hans", "")]
    [InlineData("PatientName", "D?e^J*", "1.2.826.0.1.1")]
    [InlineData("PatientName", "山田*", "1.30")]
    [InlineData("PatientName", "YAMADA^TAROU", "1.30")]
    [InlineData("PatientName", "Yamada^Tarou=山田^太郎", "1.30")]
    [InlineData("ReferringPhysicianName", "referrer*", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("StudyDate", "20260102", "1.2.826.0.1.1")]
    [InlineData("StudyDate", "20260101-20260331", "1.20 1.2.826.0.1.1")]
    [InlineData("StudyDate", "-20251231", "1.30")]
    [InlineData("StudyDate", "20260103-", "1.20")]
    [InlineData("StudyTime", "1015", "1.2.826.0.1.1")]
    [InlineData("StudyTime", "10:00-10:15", "1.2.826.0.1.1")]
    [InlineData("StudyTime", "1016-", "1.20")]
    [InlineData("AccessionNumber", "B200", "1.20")]
    [InlineData("StudyDescription", "MR knee [[]*", "")]
    [InlineData("StudyDescription", "MR knee [left*", "1.20")]
    [InlineData("ModalitiesInStudy", "MR", "1.20")]
    [InlineData("ModalitiesInStudy", "MR\\CT", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("ModalitiesInStudy", "C?", "1.2.826.0.1.1 1.30")]
    [InlineData("StudyInstanceUID", "1.30,1.20", "1.20 1.30")]
    [InlineData("StudyInstanceUID", "1.30\\9.9", "1.30")]
    [InlineData("SeriesInstanceUID", "1.10.9", "1.2.826.0.1.1")]
    [InlineData("SOPInstanceUID", "3.1", "1.30")]
    [InlineData("BodyPartExamined", "HEAD", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("NumberOfStudyRelatedInstances", "3", "1.2.826.0.1.1")]
    [InlineData("ContentDate", "20260103", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("ContentDate", "20260104-", "")]
    [InlineData("Rows", "4", "1.20 1.2.826.0.1.1 1.30")]
    [InlineData("Rows", "5", "")]
    [InlineData("PhotometricInterpretation", "MONO*", "1.20 1.2.826.0.1.1 1.30")]
    public void A_key_finds_the_studies_that_match_newest_first(string keyword, string value, string expected)
    {
        Assert.True(DicomTag.TryParse(keyword, out var tag));

        var found = Rows(new QidoQuery { Site = "default", Level = QidoLevel.Study, Filters = [new(tag, value)] }).Select(r => Value(r, "0020000D"));

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Fact]
    public void Fuzzy_matching_finds_a_given_name_alone()
    {
        var query = new QidoQuery { Site = "default", Level = QidoLevel.Study, FuzzyMatching = true, Filters = [new(DicomTags.PatientName, "hans mül")] };

        Assert.Equal("1.20", Value(Assert.Single(Rows(query)), "0020000D"));
    }

    [Fact]
    public void Keys_of_one_search_must_all_match()
    {
        var query = new QidoQuery { Site = "default", Level = QidoLevel.Study, Filters = [new(DicomTags.PatientID, "P2"), new(DicomTags.ModalitiesInStudy, "CT")] };

        Assert.Empty(Rows(query));
    }

    [Fact]
    public void A_study_row_has_what_the_standard_asks_for_in_order_of_tags()
    {
        var query = new QidoQuery { Site = "default", Level = QidoLevel.Study, Filters = [new(DicomTags.PatientID, "P3")] };

        Assert.Equal(
            """[{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00080020":{"vr":"DA","Value":["20251231"]},"00080030":{"vr":"TM","Value":["0000"]},"00080050":{"vr":"SH","Value":["A100"]},"00080056":{"vr":"CS","Value":["ONLINE"]},"00080061":{"vr":"CS","Value":["CT"]},"00080090":{"vr":"PN","Value":[{"Alphabetic":"Referrer^Rita"}]},"00081030":{"vr":"LO","Value":["CT head without contrast"]},"00081190":{"vr":"UR","Value":["http://host/dicomweb/studies/1.30"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"山田^太郎","Phonetic":"やまだ^たろう"}]},"00100020":{"vr":"LO","Value":["P3"]},"00100030":{"vr":"DA","Value":["19700131"]},"00100040":{"vr":"CS","Value":["F"]},"0020000D":{"vr":"UI","Value":["1.30"]},"00200010":{"vr":"SH"},"00201206":{"vr":"IS","Value":[1]},"00201208":{"vr":"IS","Value":[1]}}]""",
            Json(query));
    }

    [Fact]
    public void Series_of_a_study_come_with_their_counts()
    {
        var rows = Rows(new QidoQuery { Site = "default", Level = QidoLevel.Series, StudyUid = Make.Study });

        Assert.Equal(["1.2.826.0.1.1.1 2", "1.10.9 1"], rows.Select(r => $"{Value(r, "0020000E")} {Value(r, "00201209")}"));
        Assert.All(rows, r => Assert.False(r.TryGetProperty("00100020", out _)));
        Assert.Equal($"http://host/dicomweb/studies/{Make.Study}/series/1.10.9", Value(rows[1], "00081190"));
    }

    [Fact]
    public void Series_of_all_studies_tell_of_their_studies_too()
    {
        var rows = Rows(new QidoQuery { Site = "default", Level = QidoLevel.Series, Filters = [new(DicomTags.Modality, "MR")] });

        var row = Assert.Single(rows);
        Assert.Equal(("P2", "MR", "Axial 5 mm"), (Value(row, "00100020"), Value(row, "00080060"), Value(row, "0008103E")));
        Assert.Equal("http://host/dicomweb/studies/1.20/series/1.20.1", Value(row, "00081190"));
        Assert.Equal(row.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), row.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Instances_of_a_series_come_in_order_of_their_numbers()
    {
        var rows = Rows(new QidoQuery { Site = "default", Level = QidoLevel.Instance, StudyUid = Make.Study, SeriesUid = Make.Series });

        Assert.Equal(["1.1", "1.2"], rows.Select(r => Value(r, "00080018")));
        Assert.Equal(["1", "2"], rows.Select(r => Value(r, "00200013")));
        Assert.Equal($"http://host/dicomweb/studies/{Make.Study}/series/{Make.Series}/instances/1.1", Value(rows[0], "00081190"));
        Assert.Equal(TransferSyntax.ExplicitLittleEndian.Uid, Value(rows[0], "00083002"));
    }

    [Fact]
    public void Instances_of_a_study_tell_of_their_series_too()
    {
        var rows = Rows(new QidoQuery { Site = "default", Level = QidoLevel.Instance, StudyUid = Make.Study });

        Assert.Equal(3, rows.Count);
        Assert.All(rows, r => Assert.Equal("CT", Value(r, "00080060")));
    }

    [Fact]
    public void Fields_asked_for_are_included_where_they_belong_to_the_level()
    {
        var query = new QidoQuery
        {
            Site = "default",
            Level = QidoLevel.Study,
            Filters = [new(DicomTags.PatientID, "P1")],
            IncludeFields = [DicomTags.PatientBirthDate, DicomTags.InstanceNumber, DicomTags.PatientAge],
        };

        var row = Assert.Single(Rows(query));

        Assert.Equal("19700131", Value(row, "00100030"));
        Assert.False(row.TryGetProperty("00200013", out _));
        var instance = Rows(query with { Level = QidoLevel.Instance, IncludeFields = [DicomTags.ContentDate] })[0];
        Assert.Equal("20260103", Value(instance, "00080023"));
    }

    [Fact]
    public void Include_all_at_instance_level_gives_the_dataset_without_bulk_data()
    {
        var row = Rows(new QidoQuery { Site = "default", Level = QidoLevel.Instance, IncludeAll = true, Filters = [new(DicomTags.SOPInstanceUID, "1.2")] }).Single();

        Assert.Equal("20260103", Value(row, "00080023"));
        Assert.Equal("Doe^Jane", row.GetProperty("00100010").GetProperty("Value")[0].GetProperty("Alphabetic").GetString());
    }

    [Fact]
    public void Pages_cover_all_rows_once_and_say_whether_more_follow()
    {
        var query = new QidoQuery { Site = "default", Level = QidoLevel.Instance, Limit = 2 };
        var output = new ArrayBufferWriter<byte>();

        Assert.Equal(new QidoAnswer(2, true), given.Archive.Index.WriteMatches(query, "x", output));
        Assert.Equal(new QidoAnswer(1, false), given.Archive.Index.WriteMatches(query with { Offset = 4 }, "x", output));

        var all = Enumerable.Range(0, 3).SelectMany(p => Rows(query with { Offset = p * 2 })).Select(r => Value(r, "00080018")).ToList();
        Assert.Equal(["2.1", "1.1", "1.2", "1.3", "3.1"], all);
        Assert.Equal(5, given.Archive.Index.Count(query, 100));
        Assert.Equal(3, given.Archive.Index.Count(query, 3));
    }

    [Fact]
    public void Another_site_sees_nothing()
    {
        Assert.Equal("[]", Json(new QidoQuery { Site = "north", Level = QidoLevel.Instance }));
        Assert.Empty(given.Archive.Index.GetInstances("north", Make.Study));
    }

    [Theory]
    [InlineData("jane", "1.2.826.0.1.1")]
    [InlineData("DOE jan", "1.2.826.0.1.1")]
    [InlineData("b200", "1.20")]
    [InlineData("p", "1.30 1.20 1.2.826.0.1.1")]
    [InlineData("knee", "1.20")]
    [InlineData("山田", "1.30")]
    [InlineData("doe knee", "")]
    [InlineData(null, "1.30 1.20 1.2.826.0.1.1")]
    public void The_worklist_is_searched_by_beginnings_last_received_first(string? search, string expected)
    {
        var page = given.Archive.Index.GetWorklist(new WorklistQuery { Sites = ["default"], Search = search });

        Assert.Equal(expected, string.Join(' ', page.Rows.Select(r => r.StudyUid)));
        Assert.False(page.More);
    }

    [Fact]
    public void The_worklist_pages_and_filters_by_modality()
    {
        var query = new WorklistQuery { Sites = ["default", "north"], Modality = "CT", Limit = 1 };

        var first = given.Archive.Index.GetWorklist(query);
        var second = given.Archive.Index.GetWorklist(query with { Offset = 1 });

        Assert.Equal(("1.30", true), (Assert.Single(first.Rows).StudyUid, first.More));
        Assert.Equal((Make.Study, false), (Assert.Single(second.Rows).StudyUid, second.More));
    }

    private string Json(QidoQuery query)
    {
        var output = new ArrayBufferWriter<byte>();
        given.Archive.Index.WriteMatches(query, "http://host/dicomweb", output);
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private List<JsonElement> Rows(QidoQuery query) => [.. JsonDocument.Parse(Json(query)).RootElement.EnumerateArray()];

    private static string Value(JsonElement row, string tag) => row.GetProperty(tag).GetProperty("Value")[0].ToString();
}
