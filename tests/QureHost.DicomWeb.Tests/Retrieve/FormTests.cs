using QureHost.Archive;
using QureHost.DicomWeb.Negotiation;
using QureHost.DicomWeb.Retrieve;

namespace QureHost.DicomWeb.Tests.Retrieve;

public sealed class FormTests
{
    private const string Implicit = "1.2.840.10008.1.2";
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string JpegLs = "1.2.840.10008.1.2.4.80";

    [Theory]
    [InlineData(Explicit, "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*", "application/octet-stream; transfer-syntax=" + Explicit)]
    [InlineData(Explicit, "multipart/related; type=application/octet-stream", "application/octet-stream; transfer-syntax=" + Explicit)]
    [InlineData(Implicit, "multipart/related; type=application/octet-stream", "application/octet-stream; transfer-syntax=" + Explicit)]
    [InlineData(JpegLs, "multipart/related; type=application/octet-stream; transfer-syntax=*", "application/octet-stream; transfer-syntax=" + JpegLs)]
    [InlineData(JpegLs, "multipart/related; type=\"image/jls\"", "image/jls; transfer-syntax=" + JpegLs)]
    [InlineData(JpegLs, "multipart/related; type=\"image/*\"", "image/jls; transfer-syntax=" + JpegLs)]
    [InlineData(JpegLs, "multipart/related; type=\"*/*\"; transfer-syntax=*", "image/jls; transfer-syntax=" + JpegLs)]
    [InlineData(JpegLs, "*/*", "image/jls; transfer-syntax=" + JpegLs)]
    [InlineData(JpegLs, "", "image/jls; transfer-syntax=" + JpegLs)]
    [InlineData(JpegLs, "multipart/related; type=\"image/jp2\", multipart/related; type=\"image/jls\"; q=0.5", "image/jls; transfer-syntax=" + JpegLs)]
    [InlineData(JpegLs, "multipart/related; type=\"image/jls\"; transfer-syntax=" + JpegLs, "image/jls; transfer-syntax=" + JpegLs)]
    public void Given_a_stored_form_that_is_taken_frames_leave_as_they_are_stored(string stored, string accept, string partType)
    {
        var form = FrameForm.Choose(AcceptList.Parse(accept), Row(stored), 1, canDecode: false);

        Assert.Equal((partType, true, true), (form!.PartType, form.AsStored, form.Multipart));
    }

    [Theory]
    [InlineData("multipart/related; type=application/octet-stream")]
    [InlineData("multipart/related; type=application/octet-stream; transfer-syntax=" + Explicit)]
    [InlineData("multipart/related; type=\"*/*\"; transfer-syntax=" + Explicit)]
    public void Given_octets_without_a_syntax_compressed_frames_are_decoded(string accept)
    {
        var form = FrameForm.Choose(AcceptList.Parse(accept), Row(JpegLs), 1, canDecode: true);

        Assert.Equal(("application/octet-stream; transfer-syntax=" + Explicit, false), (form!.PartType, form.AsStored));
        Assert.Null(FrameForm.Choose(AcceptList.Parse(accept), Row(JpegLs), 1, canDecode: false));
    }

    [Theory]
    [InlineData(JpegLs, "multipart/related; type=\"image/jp2\"")]
    [InlineData(Explicit, "multipart/related; type=\"image/jls\"")]
    [InlineData(Explicit, "image/png")]
    [InlineData(JpegLs, "multipart/related; type=application/octet-stream; transfer-syntax=1.2.3")]
    [InlineData(JpegLs, "multipart/related; type=\"image/jls\"; q=0")]
    public void Given_only_forms_that_the_server_has_not_there_is_none(string stored, string accept) =>
        Assert.Null(FrameForm.Choose(AcceptList.Parse(accept), Row(stored), 1, canDecode: true));

    [Fact]
    public void Given_a_single_part_is_asked_for_it_holds_one_frame_only()
    {
        var accept = AcceptList.Parse("application/octet-stream; transfer-syntax=*");

        Assert.False(FrameForm.Choose(accept, Row(Explicit), 1, canDecode: true)!.Multipart);
        Assert.Null(FrameForm.Choose(accept, Row(Explicit), 2, canDecode: true));
    }

    [Theory]
    [InlineData(JpegLs, "multipart/related; type=application/dicom; transfer-syntax=*", true)]
    [InlineData(JpegLs, "multipart/related; type=application/dicom; transfer-syntax=" + JpegLs, true)]
    [InlineData(Explicit, "multipart/related; type=application/dicom", true)]
    [InlineData(Implicit, "multipart/related; type=application/dicom", false)]
    [InlineData(Implicit, "*/*", true)]
    [InlineData(Implicit, "multipart/related; type=application/dicom; transfer-syntax=1.2.3.4", null)]
    [InlineData(Implicit, "multipart/related; type=application/dicom; transfer-syntax=1.2.3.4, multipart/related; type=application/dicom; transfer-syntax=*; q=0.1", true)]
    public void Given_a_transfer_syntax_an_instance_leaves_in_it_or_not_at_all(string stored, string accept, bool? asStored)
    {
        var form = InstanceForm.Of(AcceptList.Parse(accept), new Offer(MediaTypes.Dicom, Multipart: true));

        Assert.Equal(asStored, form.IsAsStored(Row(stored)));
    }

    private static InstanceRow Row(string transferSyntax) => new()
    {
        Site = "default",
        StudyUid = "1.1",
        SeriesUid = "1.2",
        SopInstanceUid = "1.3",
        SopClassUid = "1.2.840.10008.5.1.4.1.1.2",
        TransferSyntaxUid = transferSyntax,
        ObjectPath = "x",
        Offset = 0,
        Length = 1000,
        NumberOfFrames = 2,
        DatasetHash = new byte[16],
        StoredAt = default,
    };
}
