using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Render;

namespace QureHost.DicomWeb.Tests.Render;

public sealed class RenderParametersTests
{
    [Fact]
    public void Given_nothing_the_defaults_hold()
    {
        var read = Read("");

        Assert.Equal((null, null, 90), (read.Window, read.Viewport, read.Quality));
    }

    [Theory]
    [InlineData("?window=40,400,linear", 40, 400, "Linear")]
    [InlineData("?window=-600,1500", -600, 1500, "Linear")]
    [InlineData("?window=0.5,0.25,linear-exact", 0.5, 0.25, "LinearExact")]
    [InlineData("?window=40,400,SIGMOID", 40, 400, "Sigmoid")]
    public void Given_a_window_it_is_read(string query, double center, double width, string function)
    {
        var window = Read(query).Window!.Value;

        Assert.Equal((center, width, function), (window.Center, window.Width, window.Function.ToString()));
    }

    [Fact]
    public void Given_a_viewport_with_a_source_it_is_read() =>
        Assert.Equal(new ViewportParameter(64, 32, 10, 20, -100, 50), Read("?viewport=64,32,10,20,-100,50").Viewport);

    [Theory]
    [InlineData("?window=a,b")]
    [InlineData("?window=40")]
    [InlineData("?window=40,0")]
    [InlineData("?window=40,0.5,linear")]
    [InlineData("?window=NaN,400")]
    [InlineData("?window=40,400,cubic")]
    [InlineData("?viewport=64")]
    [InlineData("?viewport=0,64")]
    [InlineData("?viewport=100000,64")]
    [InlineData("?viewport=64,64,0,0,0,10")]
    [InlineData("?quality=0")]
    [InlineData("?quality=101")]
    [InlineData("?quality=best")]
    [InlineData("?iccprofile=mine")]
    [InlineData("?annotation=everything")]
    public void Given_a_wrong_parameter_the_answer_is_400(string query) =>
        Assert.Equal(400, Assert.Throws<ProblemException>(() => Read(query)).Status);

    private static RenderParameters Read(string query) => RenderParameters.Read(Request.Of(query).Http.Query, 8192);
}
