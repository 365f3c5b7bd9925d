using System.Net;
using QureHost.Dicom;
using SkiaSharp;

namespace QureHost.DicomWeb.Tests.Services;

public sealed class RenderedTests : IAsyncLifetime
{
    private const string Study = "/dicomweb/studies/1.2.1";
    private const string Series = Study + "/series/1.2.1.1";
    private const string Instance = Series + "/instances/1.2.1.1.1";

    private RunningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await RunningHost.StartAsync();
        var report = Sample.Dataset("1.2.2", "1.2.2.1", "1.2.2.1.1");
        report.Remove(DicomTags.PixelData);
        using var stored = await _host.StoreAsync(
            Sample.File("1.2.1", "1.2.1.1", "1.2.1.1.1", frames: 3),
            DicomFile.ToBytes(report, TransferSyntax.ExplicitLittleEndian));
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(Instance + "/rendered", null, "image/jpeg")]
    [InlineData(Instance + "/rendered", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/jpeg")]
    [InlineData(Instance + "/rendered", "image/png", "image/png")]
    [InlineData(Instance + "/frames/2/rendered", "image/webp", "image/webp")]
    [InlineData(Series + "/rendered", "image/jpeg", "image/jpeg")]
    [InlineData(Study + "/rendered", "image/jpeg", "image/jpeg")]
    [InlineData(Instance + "/thumbnail", "*/*", "image/jpeg")]
    [InlineData(Instance + "/frames/3/thumbnail", "image/png", "image/png")]
    [InlineData(Series + "/thumbnail", null, "image/jpeg")]
    [InlineData(Study + "/thumbnail", null, "image/jpeg")]
    public async Task Given_a_resource_with_an_image_it_is_rendered(string path, string? accept, string mediaType)
    {
        using var response = await _host.GetAsync(path, accept);
        using var image = await Decode(response);

        Assert.Equal(mediaType, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal((Sample.Side, Sample.Side), (image.Width, image.Height));
    }

    [Theory]
    [InlineData("?window=0,1000,linear", 0, 1000)]
    [InlineData("?window=-500,400", -500, 400)]
    public async Task Given_a_window_it_is_applied_to_hounsfield_units(string query, double center, double width)
    {
        using var response = await _host.GetAsync(Instance + "/rendered" + query, "image/png");
        using var image = await Decode(response);

        for (var i = 0; i < Sample.Side * Sample.Side; i++)
        {
            // PS3.3 §C.11.2.1.2.1 over 0 to 255; the sample's own rule and rescale intercept.
            var hu = ((7 * i) % 4096) - 1024;
            var expected = Math.Clamp((((hu - (center - .5)) / (width - 1)) + .5) * 255, 0, 255);
            Assert.InRange(image.GetPixel(i % Sample.Side, i / Sample.Side).Red, expected - 1.01, expected + 1.01);
        }
    }

    [Theory]
    [InlineData("?viewport=64,64", 64, 64)]
    [InlineData("?viewport=8,100", 8, 8)]
    [InlineData("?viewport=64,64,0,0,16,8", 64, 32)]
    public async Task Given_a_viewport_the_image_fills_it_with_its_proportions_kept(string query, int width, int height)
    {
        using var response = await _host.GetAsync(Instance + "/rendered" + query, "image/png");
        using var image = await Decode(response);

        Assert.Equal((width, height), (image.Width, image.Height));
    }

    [Fact]
    public async Task Given_a_negative_source_width_the_image_is_mirrored()
    {
        using var plain = await Decode(await _host.GetAsync(Instance + "/rendered?viewport=16,16", "image/png"));
        using var mirrored = await Decode(await _host.GetAsync(Instance + "/rendered?viewport=16,16,0,0,-16,16", "image/png"));

        for (var x = 0; x < Sample.Side; x++)
        {
            Assert.Equal(plain.GetPixel(x, 5), mirrored.GetPixel(Sample.Side - 1 - x, 5));
        }
    }

    [Fact]
    public async Task Given_a_lower_quality_the_image_is_smaller()
    {
        using var low = await _host.GetAsync(Instance + "/rendered?quality=10");
        using var high = await _host.GetAsync(Instance + "/rendered?quality=95");

        Assert.True(low.Content.Headers.ContentLength < high.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Given_a_multipart_is_asked_for_every_frame_is_a_part()
    {
        using var all = await _host.GetAsync(Instance + "/rendered", "multipart/related; type=\"image/jpeg\"");
        using var two = await _host.GetAsync(Instance + "/frames/3,1/rendered", "multipart/related; type=\"image/png\"");

        Assert.Equal(["image/jpeg", "image/jpeg", "image/jpeg"], (await RunningHost.PartsAsync(all)).Select(p => p.ContentType));
        Assert.Equal(2, (await RunningHost.PartsAsync(two)).Count);
    }

    [Theory]
    [InlineData("/dicomweb/studies/1.2.2/series/1.2.2.1/instances/1.2.2.1.1/rendered", HttpStatusCode.NotAcceptable)]
    [InlineData("/dicomweb/studies/1.2.2/thumbnail", HttpStatusCode.NotAcceptable)]
    [InlineData("/dicomweb/studies/1.2.2/series/1.2.2.1/instances/1.2.2.1.1/frames/1", HttpStatusCode.NotFound)]
    [InlineData("/dicomweb/studies/9.9/thumbnail", HttpStatusCode.NotFound)]
    [InlineData(Instance + "/frames/4/rendered", HttpStatusCode.NotFound)]
    [InlineData(Instance + "/rendered?window=a,b", HttpStatusCode.BadRequest)]
    public async Task Given_nothing_to_render_the_answer_is_a_problem(string path, HttpStatusCode status)
    {
        using var response = await _host.GetAsync(path);

        await StoreTests.AssertProblem(response, status);
    }

    [Fact]
    public async Task Given_the_client_has_the_image_the_answer_is_304_for_the_same_parameters_only()
    {
        using var first = await _host.GetAsync(Instance + "/rendered?window=0,1000");
        var etag = first.Headers.ETag!.ToString();
        using var same = await _host.GetAsync(Instance + "/rendered?window=0,1000", null, ("If-None-Match", etag));
        using var other = await _host.GetAsync(Instance + "/rendered?window=0,500", null, ("If-None-Match", etag));

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    private static async Task<SKBitmap> Decode(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return SKBitmap.Decode(await response.Content.ReadAsByteArrayAsync());
    }
}
