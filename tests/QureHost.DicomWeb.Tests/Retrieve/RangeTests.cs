using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Retrieve;

namespace QureHost.DicomWeb.Tests.Retrieve;

public sealed class RangeTests
{
    [Theory]
    [InlineData("bytes=0-99", 0, 100, 206, "bytes 0-99/1000")]
    [InlineData("bytes=900-", 900, 100, 206, "bytes 900-999/1000")]
    [InlineData("bytes=-10", 990, 10, 206, "bytes 990-999/1000")]
    [InlineData("bytes=-5000", 0, 1000, 206, "bytes 0-999/1000")]
    [InlineData("bytes=10-99999", 10, 990, 206, "bytes 10-999/1000")]
    [InlineData("bytes=0-1,5-6", 0, 1000, 200, "")]
    [InlineData("bytes=x-y", 0, 1000, 200, "")]
    [InlineData("lines=1-2", 0, 1000, 200, "")]
    public void Given_a_range_those_bytes_are_chosen(string header, long offset, long length, int status, string contentRange)
    {
        var request = Request.Of(headers: ("Range", header));

        Assert.Equal((offset, length), ByteRange.Choose(request, 1000));
        Assert.Equal((status, contentRange), (request.Response.StatusCode, request.Response.Headers.ContentRange.ToString()));
    }

    [Theory]
    [InlineData("bytes=1000-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=20-10")]
    public void Given_a_range_outside_the_answer_is_416(string header)
    {
        var request = Request.Of(headers: ("Range", header));

        Assert.Equal(416, Assert.Throws<ProblemException>(() => ByteRange.Choose(request, 1000)).Status);
        Assert.Equal("bytes */1000", request.Response.Headers.ContentRange);
    }

    [Theory]
    [InlineData("1", new[] { 1 })]
    [InlineData("2,4", new[] { 2, 4 })]
    [InlineData("4,1,4", new[] { 4, 1, 4 })]
    public void Given_a_list_of_frames_it_keeps_its_order(string text, int[] frames) => Assert.Equal(frames, FrameList.Parse(text, 4));

    [Theory]
    [InlineData("0", 400)]
    [InlineData("-1", 400)]
    [InlineData("a", 400)]
    [InlineData("1,,2", 400)]
    [InlineData("99999999999", 400)]
    [InlineData("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", 400)]
    [InlineData("5", 404)]
    public void Given_a_wrong_list_of_frames_the_answer_says_so(string text, int status) =>
        Assert.Equal(status, Assert.Throws<ProblemException>(() => FrameList.Parse(text, 4)).Status);
}
