using QureHost.Archive;
using QureHost.Dicom;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Search;

namespace QureHost.DicomWeb.Tests.Search;

public sealed class QidoParametersTests
{
    [Theory]
    [InlineData("?PatientID=A1", 0x00100020u, "A1")]
    [InlineData("?00100020=A1", 0x00100020u, "A1")]
    [InlineData("?PatientID=A1%3F", 0x00100020u, "A1?")]
    [InlineData("?PatientName=M%C3%BCller*", 0x00100010u, "Müller*")]
    [InlineData("?StudyDate=20260101-20260131", 0x00080020u, "20260101-20260131")]
    [InlineData("?StudyDate=-20260131", 0x00080020u, "-20260131")]
    [InlineData("?StudyDate=20260101-", 0x00080020u, "20260101-")]
    [InlineData("?StudyTime=120000-130000.5", 0x00080030u, "120000-130000.5")]
    [InlineData("?StudyInstanceUID=1.2,1.3", 0x0020000Du, "1.2,1.3")]
    [InlineData("?StudyInstanceUID=1.2%5C1.3", 0x0020000Du, "1.2\\1.3")]
    [InlineData("?StudyInstanceUID=1.2&StudyInstanceUID=1.3", 0x0020000Du, "1.2\\1.3")]
    [InlineData("?ModalitiesInStudy=CT", 0x00080061u, "CT")]
    [InlineData("?PatientID=", 0x00100020u, "")]
    public void Given_a_matching_key_it_is_a_filter(string query, uint tag, string value)
    {
        var filter = Assert.Single(Read(query).Filters);

        Assert.Equal((new DicomTag(tag), value), ((DicomTag)filter.Tag, filter.Value));
    }

    [Theory]
    [InlineData("?00400275.00400009=SPS2")]
    [InlineData("?RequestAttributesSequence.ScheduledProcedureStepID=SPS2")]
    public void Given_a_path_through_a_sequence_the_filter_knows_it(string query)
    {
        var filter = Assert.Single(Read(query).Filters);

        Assert.Equal((new DicomTag(0x00400009), "SPS2"), (filter.Tag, filter.Value));
        Assert.Equal([new DicomTag(0x00400275)], filter.Within);
    }

    [Theory]
    [InlineData("?StudyDate=notadate")]
    [InlineData("?StudyDate=20261301")]
    [InlineData("?StudyDate=2026-01-01")]
    [InlineData("?StudyDate=-")]
    [InlineData("?StudyTime=256000")]
    [InlineData("?StudyInstanceUID=abc")]
    [InlineData("?SeriesNumber=two")]
    [InlineData("?limit=abc")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=99999999999")]
    [InlineData("?offset=1.5")]
    [InlineData("?fuzzymatching=maybe")]
    [InlineData("?NoSuchKeyword=1")]
    [InlineData("?PatientID=A&PatientID=B")]
    [InlineData("?includefield=NoSuchKeyword")]
    [InlineData("?PatientName=%00")]
    public void Given_a_wrong_parameter_the_answer_is_400(string query) =>
        Assert.Equal(400, Assert.Throws<ProblemException>(() => Read(query)).Status);

    [Theory]
    [InlineData("?includefield=StudyDescription&includefield=00081030", new[] { 0x00081030u })]
    [InlineData("?includefield=00280010,00200032", new[] { 0x00280010u, 0x00200032u })]
    [InlineData("?includefield=00400275.00400009", new[] { 0x00400275u })]
    public void Given_fields_to_include_they_are_read_once_each(string query, uint[] tags) =>
        Assert.Equal(tags.Select(t => new DicomTag(t)), Read(query).IncludeFields.Select(t => (DicomTag)t));

    [Fact]
    public void Given_all_fields_fuzzy_matching_and_a_page_they_are_read()
    {
        var query = Read("?includefield=all&fuzzymatching=true&limit=7&offset=3&accept=application/json&_=1");

        Assert.Equal((true, true, 7, 3, 0), (query.IncludeAll, query.FuzzyMatching, query.Limit, query.Offset, query.Filters.Count));
    }

    [Fact]
    public void Given_no_limit_only_a_search_over_the_site_has_a_small_one()
    {
        var options = new DicomWebOptions();

        Assert.Equal(options.DefaultLimit, Read("").Limit);
        Assert.Equal(options.MaxLimit, Read("", study: "1.2").Limit);
        Assert.Equal(options.MaxLimit, Read("?limit=2000000000").Limit);
    }

    private static QidoQuery Read(string query, string? study = null) =>
        QidoParameters.Read(Request.Of(query, study: study), QidoLevel.Study, new DicomWebOptions());
}
