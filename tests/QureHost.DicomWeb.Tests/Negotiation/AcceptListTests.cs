using Microsoft.AspNetCore.Http;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Tests.Negotiation;

public sealed class AcceptListTests
{
    private static readonly Offer Parts = new(MediaTypes.Dicom, Multipart: true);
    private static readonly Offer Single = new(MediaTypes.Dicom);
    private static readonly Offer Jpeg = new(MediaTypes.Jpeg);
    private static readonly Offer Png = new(MediaTypes.Png);
    private static readonly Offer Webp = new(MediaTypes.Webp);

    [Theory]
    [InlineData("multipart/related; type=\"application/dicom\"; transfer-syntax=*", "*")]
    [InlineData("multipart/related; type=application/dicom; transfer-syntax=*", "*")]
    [InlineData("Multipart/Related;Type=\"Application/DICOM\";Transfer-Syntax=\"*\"", "*")]
    [InlineData("multipart/related;type=\"application/dicom\"", null)]
    [InlineData("multipart/related; transfer-syntax=1.2.840.10008.1.2.1; type=\"application/dicom\"; q=0.5", "1.2.840.10008.1.2.1")]
    public void Given_quoted_and_unquoted_parameters_they_mean_the_same(string header, string? transferSyntax)
    {
        var range = Assert.Single(AcceptList.Parse(header).Ranges);

        Assert.Equal(("application/dicom", true, transferSyntax), (range.Type, range.Multipart, range.TransferSyntax));
    }

    [Theory]
    [InlineData("application/dicom+xml;q=0.1, application/dicom+json;q=0.9", "application/dicom+json")]
    [InlineData("application/dicom+json;q=0.2, application/dicom+xml", "application/dicom+xml")]
    [InlineData("application/dicom+json;q=0, */*", "application/dicom+xml")]
    [InlineData("", "application/dicom+json")]
    [InlineData("*/*", "application/dicom+json")]
    [InlineData("text/html, application/*;q=0.3", "application/dicom+json")]
    public void Given_weights_the_heaviest_wins_then_the_servers_order(string header, string chosen) =>
        Assert.Equal(chosen, AcceptList.Parse(header).Choose(Offer.Json, Offer.Xml)!.Type);

    [Theory]
    [InlineData("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/jpeg")] // Chromium's <img>
    [InlineData("image/*,*/*", "image/jpeg")]
    [InlineData("image/png, */*", "image/png")]
    [InlineData("image/webp", "image/webp")]
    public void Given_an_image_element_it_gets_what_is_fastest_to_make(string header, string chosen) =>
        Assert.Equal(chosen, AcceptList.Parse(header).Choose(Jpeg, Png, Webp)!.Type);

    [Theory]
    [InlineData("image/png")]
    [InlineData("nonsense")]
    [InlineData("application/dicom;q=0")]
    [InlineData(",;=\"")]
    public void Given_nothing_that_fits_there_is_no_choice(string header) =>
        Assert.Null(AcceptList.Parse(header).Choose(Parts, Single));

    [Fact]
    public void Given_single_part_is_asked_for_it_is_chosen_over_multipart()
    {
        Assert.Same(Single, AcceptList.Parse("application/dicom; transfer-syntax=*").Choose(Parts, Single));
        Assert.Same(Parts, AcceptList.Parse("multipart/related").Choose(Single, Parts));
        Assert.Same(Parts, AcceptList.Parse("*/*").Choose(Parts, Single));
    }

    [Theory]
    [InlineData("?accept=application/dicom%2Bjson")]
    [InlineData("?accept=application/dicom+json")]
    public void Given_the_query_parameter_it_goes_before_the_header(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        request.Headers.Accept = "image/png";

        Assert.Equal(MediaTypes.DicomJson, Assert.Single(AcceptList.Of(request).Ranges).Type);
    }

    [Fact]
    public void Given_a_comma_inside_quotes_the_list_is_not_split_there()
    {
        var list = MediaType.ParseList("a/b; x=\"1,2;\\\"3\"; y=4, c/d");

        Assert.Equal(["a/b", "c/d"], list.Select(t => t.Name));
        Assert.Equal(("1,2;\"3", "4"), (list[0]["x"], list[0]["y"]));
    }
}
