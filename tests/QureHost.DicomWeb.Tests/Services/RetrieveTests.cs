using System.IO.Compression;
using System.Net;
using System.Text.Json;
using QureHost.Dicom;

namespace QureHost.DicomWeb.Tests.Services;

public sealed class RetrieveTests : IAsyncLifetime
{
    private const string Study = "/dicomweb/studies/1.2.1";
    private const string Series = Study + "/series/1.2.1.1";
    private const string Instance = Series + "/instances/1.2.1.1.1";
    private const string MultiFrame = Study + "/series/1.2.1.2/instances/1.2.1.2.1";
    private const string AnyOctets = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*";

    private static readonly byte[] First = Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1");

    private RunningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await RunningHost.StartAsync();
        using var stored = await _host.StoreAsync(First, Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.2", 2), Sample.File("1.2.1", "1.2.1.2", "1.2.1.2.1", frames: 4));
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(Study, 3)]
    [InlineData(Series, 2)]
    [InlineData(Instance, 1)]
    public async Task Given_a_resource_its_instances_come_as_parts(string path, int count)
    {
        using var response = await _host.GetAsync(path, "multipart/related; type=\"application/dicom\"; transfer-syntax=*");
        var parts = await RunningHost.PartsAsync(response);

        Assert.Equal(count, parts.Count);
        Assert.All(parts, p => Assert.Equal("application/dicom; transfer-syntax=1.2.840.10008.1.2.1", p.ContentType));
        Assert.Contains(parts, p => p.Body.AsSpan().SequenceEqual(First));
        Assert.NotNull(response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Given_a_single_part_is_asked_for_the_file_comes_as_it_was_sent()
    {
        using var response = await _host.GetAsync(Instance, "application/dicom; transfer-syntax=*");

        Assert.Equal(First, await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/frames/1", "0")]
    [InlineData("/frames/2,4", "1 3")]
    [InlineData("/frames/4,1,1", "3 0 0")]
    [InlineData("/pixeldata", "0 1 2 3")]
    [InlineData("/bulkdata/7FE00010", "all")]
    public async Task Given_a_list_of_frames_their_exact_bytes_come_in_order(string path, string frames)
    {
        using var response = await _host.GetAsync(MultiFrame + path, AnyOctets);
        var parts = await RunningHost.PartsAsync(response);

        Assert.Equal(frames == "all" ? [Sample.Pixels(4)] : frames.Split(' ').Select(f => Sample.Frame(int.Parse(f))), parts.Select(p => p.Body));
    }

    [Fact]
    public async Task Given_one_frame_is_asked_for_alone_it_comes_without_a_multipart()
    {
        using var response = await _host.GetAsync(MultiFrame + "/frames/3", "application/octet-stream; transfer-syntax=*");

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Sample.Frame(2), await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(MultiFrame + "/frames/9", HttpStatusCode.NotFound)]
    [InlineData(MultiFrame + "/frames/0", HttpStatusCode.BadRequest)]
    [InlineData(Series + "/instances/9.9", HttpStatusCode.NotFound)]
    [InlineData(Series + "/instances/9.9/frames/1", HttpStatusCode.NotFound)]
    [InlineData(Study + "/series/9.9/metadata", HttpStatusCode.NotFound)]
    [InlineData(Instance + "/bulkdata/00100010/0", HttpStatusCode.NotFound)]
    [InlineData(Instance + "/bulkdata/xyz", HttpStatusCode.NotFound)]
    [InlineData("/dicomweb/studies/9.9", HttpStatusCode.NotFound)]
    [InlineData("/sites/closed/dicomweb/studies/1.2.1", HttpStatusCode.NotFound)]
    public async Task Given_something_that_is_not_there_the_answer_is_a_problem(string path, HttpStatusCode status)
    {
        using var response = await _host.GetAsync(path);

        await StoreTests.AssertProblem(response, status);
    }

    [Theory]
    [InlineData(Instance, "multipart/related; type=\"application/dicom\"; transfer-syntax=1.2.3.4")]
    [InlineData(Instance, "image/gif")]
    [InlineData(Instance + "/metadata", "text/html")]
    [InlineData(MultiFrame + "/frames/1", "multipart/related; type=\"image/jls\"")]
    [InlineData(MultiFrame + "/frames/1,2", "application/octet-stream")]
    public async Task Given_a_form_that_cannot_be_made_the_answer_is_406(string path, string accept)
    {
        using var response = await _host.GetAsync(path, accept);

        await StoreTests.AssertProblem(response, HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData(Study, 3)]
    [InlineData(Series, 2)]
    [InlineData(Instance, 1)]
    public async Task Given_metadata_bulk_values_are_addresses_that_work(string path, int count)
    {
        var metadata = await _host.GetJsonAsync(path + "/metadata");
        var address = metadata[0].GetProperty("00131001").GetProperty("BulkDataURI").GetString()!;
        using var whole = await _host.GetAsync(address);
        using var part = await _host.GetAsync(address, "application/octet-stream", ("Range", "bytes=10-19"));

        Assert.Equal(count, metadata.GetArrayLength());
        Assert.StartsWith(_host.Root, address);
        Assert.Equal(Sample.PrivateBytes, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Sample.PrivateBytes[10..20], await part.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(Series + "/metadata", "application/dicom+json")]
    [InlineData(Instance + "/frames/1", AnyOctets)]
    [InlineData(Instance, "application/dicom; transfer-syntax=*")]
    public async Task Given_the_client_has_it_already_the_answer_is_304(string path, string accept)
    {
        using var first = await _host.GetAsync(path, accept);
        using var second = await _host.GetAsync(path, accept, ("If-None-Match", first.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Given_a_zip_is_asked_for_it_holds_the_files()
    {
        using var response = await _host.GetAsync(Series, "application/zip");
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());

        Assert.Equal(2, zip.Entries.Count);
        Assert.Equal(First.Length, zip.Entries[0].Length);
    }

    [Fact]
    public async Task Given_HEAD_there_is_a_length_and_no_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Instance + "/metadata");
        using var response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 100);
    }

    [Theory]
    [InlineData(RunningHost.Origin, true)]
    [InlineData("http://elsewhere.test", false)]
    public async Task Given_a_page_of_another_origin_only_a_configured_one_may_call(string origin, bool may)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, Instance);
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization");
        using var answer = await _host.Client.SendAsync(preflight);
        using var missing = await _host.GetAsync("/dicomweb/studies/9.9", null, ("Origin", origin));

        Assert.Equal(may, answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(may, missing.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Given_a_wrong_method_the_answer_is_405_and_names_the_right_ones()
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, Study);
        using var response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Contains("GET", response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Given_capabilities_are_asked_for_they_name_the_resources()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/dicomweb/");
        using var response = await _host.Client.SendAsync(request);

        Assert.Contains("studies/{study}/series/{series}/instances/{instance}/frames/{frames}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(Instance, Instance, 2)]
    [InlineData(Series, Instance, 1)]
    [InlineData(Study, MultiFrame, 0)]
    public async Task Given_a_delete_what_it_names_is_gone(string path, string gone, int left)
    {
        using var deleted = await _host.Client.DeleteAsync(path);
        using var metadata = await _host.GetAsync(gone + "/metadata");
        using var again = await _host.Client.DeleteAsync(path);
        using var rest = await _host.GetAsync("/dicomweb/instances");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, metadata.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal(left, left == 0 ? 0 : JsonSerializer.Deserialize<JsonElement>(await rest.Content.ReadAsByteArrayAsync()).GetArrayLength());
    }

    [Fact]
    public async Task Given_an_implicit_or_big_endian_object_explicit_little_endian_is_made_of_it()
    {
        foreach (var (syntax, sop) in new[] { (TransferSyntax.ImplicitLittleEndian, "1.2.3.1"), (TransferSyntax.ExplicitBigEndian, "1.2.3.2"), (TransferSyntax.DeflatedExplicitLittleEndian, "1.2.3.3") })
        {
            using var stored = await _host.StoreAsync(DicomFile.ToBytes(Sample.Dataset("1.2.3", "1.2.3.0", sop, frames: 2), syntax));
            var path = "/dicomweb/studies/1.2.3/series/1.2.3.0/instances/" + sop;
            using var instance = await _host.GetAsync(path, "multipart/related; type=\"application/dicom\"");
            using var frames = await _host.GetAsync(path + "/frames/2", "multipart/related; type=\"application/octet-stream\"");
            using var bulk = await _host.GetAsync(path + "/bulkdata/7FE00010");

            var file = DicomFile.Parse(Assert.Single(await RunningHost.PartsAsync(instance)).Body);
            Assert.Equal(TransferSyntax.ExplicitLittleEndian.Uid, file.TransferSyntax.Uid);
            Assert.Equal(Sample.Pixels(2), file.Dataset.GetBytes(DicomTags.PixelData).ToArray());
            Assert.Equal(Sample.Frame(1), Assert.Single(await RunningHost.PartsAsync(frames)).Body);
            Assert.Equal(Sample.Pixels(2), await bulk.Content.ReadAsByteArrayAsync());
        }
    }
}
