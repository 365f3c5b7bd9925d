using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using QureHost.DicomWeb.Access;

namespace QureHost.DicomWeb.Tests.Services;

public sealed class StoreTests : IAsyncLifetime
{
    private RunningHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RunningHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Given_two_instances_both_are_stored_and_named_with_their_addresses()
    {
        using var response = await _host.StoreAsync(Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"), Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.2", 2));
        var answer = await Json(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/dicom+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["1.2.1.1.1", "1.2.1.1.2"], Values(answer, "00081199").Select(i => Value(i, "00081155")));
        Assert.Equal($"{_host.Root}/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1", Value(Values(answer, "00081199")[0], "00081190"));
        Assert.Equal($"{_host.Root}/studies/1.2.1", Value(answer, "00081190"));
        Assert.False(answer.TryGetProperty("00081198", out _));
    }

    [Fact]
    public async Task Given_an_instance_again_it_is_a_success()
    {
        var file = Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1");
        using var first = await _host.StoreAsync(file);
        using var second = await _host.StoreAsync(file);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Single((await _host.GetJsonAsync("/dicomweb/instances")).EnumerateArray());
    }

    [Fact]
    public async Task Given_a_good_and_a_broken_part_the_good_one_is_stored_and_the_answer_is_202()
    {
        using var response = await _host.StoreAsync(Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"), "no DICOM"u8.ToArray());
        var answer = await Json(response);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Single(Values(answer, "00081199"));
        Assert.True(Assert.Single(Values(answer, "0008119A")).GetProperty("00081197").GetProperty("Value")[0].GetInt32() > 0);
        Assert.Contains("299", response.Headers.GetValues("Warning").First());
    }

    [Fact]
    public async Task Given_only_broken_parts_the_answer_is_409()
    {
        using var response = await _host.StoreAsync("no DICOM"u8.ToArray());

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task Given_the_path_of_another_study_an_instance_fails_with_its_reason()
    {
        using var response = await _host.StoreAtAsync("/dicomweb/studies/9.9", Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"));
        var failed = Assert.Single(Values(await Json(response), "00081198"));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("1.2.1.1.1", Value(failed, "00081155"));
        Assert.Equal(0xA900, failed.GetProperty("00081197").GetProperty("Value")[0].GetInt32());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("multipart/related; type=\"application/dicom+xml\"; boundary=BoUnD")]
    [InlineData("multipart/form-data; boundary=BoUnD")]
    public async Task Given_another_content_type_the_answer_is_415(string type)
    {
        using var response = await _host.PostAsync("/dicomweb/studies", RunningHost.Multipart(Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1")), type);

        await AssertProblem(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Given_a_body_that_ends_early_nothing_of_it_is_kept()
    {
        var body = RunningHost.Multipart(Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"), Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.2"));
        using var response = await _host.PostAsync("/dicomweb/studies", body[..^30], RunningHost.MultipartType);
        using var search = await _host.GetAsync("/dicomweb/instances", "application/dicom+json");

        await AssertProblem(response, HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.NoContent, search.StatusCode);
    }

    [Theory]
    [InlineData("multipart/related; type=\"application/dicom\"", "--BoUnD--\r\n")]
    [InlineData(RunningHost.MultipartType, "")]
    [InlineData(RunningHost.MultipartType, "--BoUnD--\r\n")]
    [InlineData(RunningHost.MultipartType, "--other\r\n\r\nx\r\n--other--\r\n")]
    [InlineData(RunningHost.MultipartType, "--BoUnD\r\nbroken\r\n\r\nx\r\n--BoUnD--\r\n")]
    public async Task Given_a_hostile_body_the_answer_is_400(string type, string body)
    {
        using var response = await _host.PostAsync("/dicomweb/studies", Encoding.ASCII.GetBytes(body), type);

        await AssertProblem(response, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Given_mutated_bodies_no_answer_is_a_server_error_and_the_host_keeps_serving()
    {
        var random = new Random(5);
        var good = RunningHost.Multipart(Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"));
        for (var i = 0; i < 200; i++)
        {
            var body = good[..random.Next(good.Length)];
            for (var k = 0; k < 8 && body.Length > 0; k++)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            using var response = await _host.PostAsync("/dicomweb/studies", body, RunningHost.MultipartType);
            Assert.InRange((int)response.StatusCode, 200, 499);
        }

        using var last = await _host.StoreAsync(Sample.File("1.2.9", "1.2.9.1", "1.2.9.1.1"));
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
    }

    [Fact]
    public async Task Given_a_single_part_body_it_is_stored()
    {
        using var response = await _host.PostAsync("/dicomweb/studies", Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"), "application/dicom");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Given_a_gzip_body_it_is_stored_and_a_damaged_one_is_refused()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(RunningHost.Multipart(Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1")));
        }

        using var stored = await _host.PostAsync("/dicomweb/studies", packed.ToArray(), RunningHost.MultipartType, "gzip");
        using var damaged = await _host.PostAsync("/dicomweb/studies", [1, 2, 3, .. packed.ToArray()], RunningHost.MultipartType, "gzip");
        using var unknown = await _host.PostAsync("/dicomweb/studies", packed.ToArray(), RunningHost.MultipartType, "compress");

        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        await AssertProblem(damaged, HttpStatusCode.BadRequest);
        await AssertProblem(unknown, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Given_metadata_with_bulk_data_parts_an_instance_is_made_of_them()
    {
        var json = """
            [{"00020010":{"vr":"UI","Value":["1.2.840.10008.1.2.1"]},"00080016":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]},
              "00080018":{"vr":"UI","Value":["1.2.7.1.1"]},"0020000D":{"vr":"UI","Value":["1.2.7"]},"0020000E":{"vr":"UI","Value":["1.2.7.1"]},
              "00280002":{"vr":"US","Value":[1]},"00280004":{"vr":"CS","Value":["MONOCHROME2"]},"00280010":{"vr":"US","Value":[2]},"00280011":{"vr":"US","Value":[2]},
              "00280100":{"vr":"US","Value":[8]},"00280101":{"vr":"US","Value":[8]},"00280102":{"vr":"US","Value":[7]},"00280103":{"vr":"US","Value":[0]},
              "7FE00010":{"vr":"OB or OW","BulkDataURI":"bulk/1"}}]
            """;
        var body = $"--B\r\nContent-Type: application/dicom+json\r\n\r\n{json}\r\n--B\r\nContent-Type: application/octet-stream\r\nContent-Location: bulk/1\r\n\r\nabcd\r\n--B--\r\n";
        const string Type = "multipart/related; type=\"application/dicom+json\"; boundary=B";
        using var stored = await _host.PostAsync("/dicomweb/studies", Encoding.UTF8.GetBytes(body), Type);
        using var missing = await _host.PostAsync("/dicomweb/studies", Encoding.UTF8.GetBytes(body.Replace("Location: bulk/1", "Location: bulk/2")), Type);
        using var frame = await _host.GetAsync("/dicomweb/studies/1.2.7/series/1.2.7.1/instances/1.2.7.1.1/frames/1", "application/octet-stream");

        Assert.Equal("", stored.StatusCode == HttpStatusCode.OK ? "" : await stored.Content.ReadAsStringAsync());
        Assert.Equal("abcd", await frame.Content.ReadAsStringAsync());
        await AssertProblem(missing, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Given_a_site_that_is_closed_to_the_caller_the_answer_is_404_and_nothing_is_stored()
    {
        using var response = await _host.StoreAtAsync("/sites/closed/dicomweb/studies", Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"));
        using var search = await _host.GetAsync("/dicomweb/instances");

        await AssertProblem(response, HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NoContent, search.StatusCode);
    }

    [Fact]
    public async Task Given_a_store_it_is_audited_once()
    {
        using var response = await _host.StoreAtAsync("/dicomweb/studies/1.2.1", Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1"), Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.2"));

        Assert.Equal([("default", "1.2.1", DicomWebAction.Store)], _host.Access.Audited);
    }

    internal static async Task AssertProblem(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());

    private static JsonElement[] Values(JsonElement dataset, string tag) => [.. dataset.GetProperty(tag).GetProperty("Value").EnumerateArray()];

    private static string Value(JsonElement dataset, string tag) => dataset.GetProperty(tag).GetProperty("Value")[0].GetString()!;
}
