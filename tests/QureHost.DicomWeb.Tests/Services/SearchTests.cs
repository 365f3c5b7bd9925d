using System.Net;
using System.Text.Json;
using System.Xml.Linq;

namespace QureHost.DicomWeb.Tests.Services;

public sealed class SearchTests : IAsyncLifetime
{
    private RunningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await RunningHost.StartAsync();
        using var stored = await _host.StoreAsync(
            Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"),
            Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.2", 2),
            Sample.File("1.2.1", "1.2.1.2", "1.2.1.2.1", frames: 4),
            Sample.File("1.2.2", "1.2.2.1", "1.2.2.1.1", patient: "P2", modality: "MR"));
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/studies", "0020000D", "1.2.1 1.2.2")]
    [InlineData("/studies?PatientID=P1", "0020000D", "1.2.1")]
    [InlineData("/studies?PatientID=P%3F&ModalitiesInStudy=MR", "0020000D", "1.2.2")]
    [InlineData("/studies?PatientName=m%C3%BCller*", "0020000D", "1.2.1 1.2.2")]
    [InlineData("/studies?StudyInstanceUID=1.2.1,1.2.2", "0020000D", "1.2.1 1.2.2")]
    [InlineData("/studies?StudyDate=20251231-20260102", "0020000D", "1.2.1 1.2.2")]
    [InlineData("/series", "0020000E", "1.2.1.1 1.2.1.2 1.2.2.1")]
    [InlineData("/studies/1.2.1/series", "0020000E", "1.2.1.1 1.2.1.2")]
    [InlineData("/studies/1.2.1/series?Modality=MR", "0020000E", "")]
    [InlineData("/instances", "00080018", "1.2.1.1.1 1.2.1.1.2 1.2.1.2.1 1.2.2.1.1")]
    [InlineData("/studies/1.2.1/instances", "00080018", "1.2.1.1.1 1.2.1.1.2 1.2.1.2.1")]
    [InlineData("/studies/1.2.1/series/1.2.1.1/instances", "00080018", "1.2.1.1.1 1.2.1.1.2")]
    [InlineData("/studies/1.2.1/series/1.2.1.1/instances?InstanceNumber=2", "00080018", "1.2.1.1.2")]
    [InlineData("/series?00400275.00400009=SPS-P2", "0020000E", "1.2.2.1")]
    [InlineData("/instances?RequestAttributesSequence.ScheduledProcedureStepID=SPS-P*&InstanceNumber=2", "00080018", "1.2.1.1.2")]
    [InlineData("/series?00400275.00400009=SPS-P3", "0020000E", "")]
    [InlineData("/series?RequestAttributesSequence.ScheduledProcedureStepID=OTHER&Modality=MR", "0020000E", "1.2.2.1")]
    [InlineData("/studies/9.9/series", "0020000E", "")]
    public async Task Given_a_search_the_matching_rows_come(string path, string tag, string expected)
    {
        using var response = await _host.GetAsync("/dicomweb" + path, "application/dicom+json");
        var found = response.StatusCode == HttpStatusCode.NoContent ? [] : JsonSerializer.Deserialize<JsonElement[]>(await response.Content.ReadAsByteArrayAsync())!;

        Assert.Equal(expected.Length == 0 ? HttpStatusCode.NoContent : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, string.Join(' ', found.Select(f => f.GetProperty(tag).GetProperty("Value")[0].GetString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Given_pages_they_hold_every_instance_once_and_all_but_the_last_warn()
    {
        var seen = new List<string>();
        for (var offset = 0; offset < 4; offset++)
        {
            using var response = await _host.GetAsync($"/dicomweb/instances?limit=1&offset={offset}", "application/dicom+json");
            var page = JsonSerializer.Deserialize<JsonElement[]>(await response.Content.ReadAsByteArrayAsync())!;
            seen.Add(Assert.Single(page).GetProperty("00080018").GetProperty("Value")[0].GetString()!);
            Assert.Equal(offset < 3, response.Headers.Contains("Warning"));
        }

        Assert.Equal(["1.2.1.1.1", "1.2.1.1.2", "1.2.1.2.1", "1.2.2.1.1"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Given_a_row_its_retrieve_address_is_the_one_that_the_client_uses()
    {
        var series = (await _host.GetJsonAsync("/dicomweb/studies/1.2.1/series"))[0];
        var address = series.GetProperty("00081190").GetProperty("Value")[0].GetString()!;
        using var metadata = await _host.GetAsync(address + "/metadata");

        Assert.Equal("SQ", series.GetProperty("00400275").GetProperty("vr").GetString());
        Assert.StartsWith(_host.Root + "/studies/1.2.1/series/", address);
        Assert.Equal(HttpStatusCode.OK, metadata.StatusCode);
    }

    [Theory]
    [InlineData("/studies?StudyDate=notadate", HttpStatusCode.BadRequest)]
    [InlineData("/studies?limit=abc", HttpStatusCode.BadRequest)]
    [InlineData("/series?NoSuchKeyword=1", HttpStatusCode.BadRequest)]
    public async Task Given_a_wrong_parameter_the_answer_is_a_problem(string path, HttpStatusCode status)
    {
        using var response = await _host.GetAsync("/dicomweb" + path);

        await StoreTests.AssertProblem(response, status);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/dicom+xml")]
    public async Task Given_an_unacceptable_type_the_answer_is_406(string accept)
    {
        using var response = await _host.GetAsync("/dicomweb/studies", accept);

        await StoreTests.AssertProblem(response, HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task Given_xml_is_asked_for_each_row_is_a_native_model()
    {
        using var response = await _host.GetAsync("/dicomweb/studies?PatientID=P1", "multipart/related; type=\"application/dicom+xml\"");
        var (type, body) = Assert.Single(await RunningHost.PartsAsync(response));
        var model = XDocument.Load(new MemoryStream(body)).Root!;
        var name = model.Elements().Single(e => e.Attribute("keyword")?.Value == "PatientName");

        Assert.Equal("application/dicom+xml", type);
        Assert.Equal("NativeDicomModel", model.Name.LocalName);
        Assert.Equal(("00100010", "PN", "Müller"), (name.Attribute("tag")!.Value, name.Attribute("vr")!.Value, name.Descendants().Single(e => e.Name.LocalName == "FamilyName").Value));
    }
}
