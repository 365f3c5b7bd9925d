using QureHost.Dicom;
using QureHost.Sdk.Studies;

namespace QureHost.Imaging.Tests;

public sealed class GeometryTests
{
    private static readonly Point3 X = new(1, 0, 0);
    private static readonly Point3 Y = new(0, 1, 0);

    [Fact]
    public void Axial_slices_are_sorted_towards_the_head_whatever_their_numbers_say()
    {
        var frames = new[] { 5.0, -5, 0, 10 }.Select((z, i) => Frame($"1.{i}", Plane(z)));

        Assert.Equal(["1.1", "1.2", "1.0", "1.3"], VolumeSorter.Sort(frames).Select(f => f.SopUid));
    }

    [Fact]
    public void Slices_whose_normal_points_to_the_feet_are_still_sorted_towards_the_head()
    {
        var frames = new[] { 5.0, -5, 0 }.Select((z, i) => Frame($"1.{i}", Plane(z) with { Column = Y * -1 }));

        Assert.Equal([-5, 0, 5], VolumeSorter.Sort(frames).Select(f => f.Plane!.Origin.Z));
    }

    [Fact]
    public void A_tilted_gantry_is_sorted_along_the_normal()
    {
        var (sin, cos) = Math.SinCos(20 * Math.PI / 180);
        var frames = Enumerable.Range(0, 20).Select(i => Frame($"1.{i}", new Plane(new Point3(0, 0, 5 * (19 - i)), X, new Point3(0, cos, -sin), .5, .5, "")));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => 5.0 * i), VolumeSorter.Sort(frames).Select(f => f.Plane!.Origin.Z));
    }

    [Fact]
    public void Localisers_and_doubles_are_left_out()
    {
        var frames = new List<VolumeFrame> { Frame("loc", Plane(0) with { Column = new Point3(0, 0, -1) }), new("big", 0, 8, 8, Plane(3)) };
        frames.AddRange(new[] { 0.0, 1, 1, 2 }.Select((z, i) => Frame($"1.{i}", Plane(z))));

        Assert.Equal(["1.0", "1.1", "1.3"], VolumeSorter.Sort(frames).Select(f => f.SopUid));
    }

    [Fact]
    public void Frames_without_geometry_keep_their_order()
    {
        Assert.Equal(["b", "a"], VolumeSorter.Sort([Frame("b", null), Frame("a", null)]).Select(f => f.SopUid));
        Assert.Empty(VolumeSorter.Sort([]));
    }

    [Fact]
    public void The_plane_maps_pixels_to_millimetres()
    {
        var image = Samples.Grey(2, 2).Add(DicomTags.ImagePositionPatient, -100.0, -120.5, 30.0).Add(DicomTags.ImageOrientationPatient, 1.0, 0, 0, 0, 1, 0).Add(DicomTags.PixelSpacing, .5, .25);

        var plane = FrameGeometry.PlaneOf(new FrameAttributes(image, 0))!;

        // Pixel spacing is (between rows, between columns): x steps by .25, y by .5.
        Assert.Equal(new Point3(-97.5, -110.5, 30), plane.At(10, 20));
        Assert.Equal(new Point3(0, 0, 1), plane.Normal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 1)]
    public void A_plane_that_makes_no_sense_is_none(double x, double y)
    {
        var image = Samples.Grey(2, 2).Add(DicomTags.ImagePositionPatient, [0.0, 0, 0]).Add(DicomTags.PixelSpacing, .5, .25)
            .AddBytes(DicomTags.ImageOrientationPatient, DicomVr.DS, System.Text.Encoding.ASCII.GetBytes($"{x}\\{y}\\0\\0\\1\\0"));

        Assert.Null(FrameGeometry.PlaneOf(new FrameAttributes(image, 0)));
    }

    [Fact]
    public void A_projection_takes_the_spacing_at_the_detector()
    {
        var image = Samples.Grey(2, 2).Add(DicomTags.ImagerPixelSpacing, .139, .139);

        Assert.Equal((.139, .139), FrameGeometry.SpacingOf(new FrameAttributes(image, 0)));
    }

    private static Plane Plane(double z) => new(new Point3(0, 0, z), X, Y, .5, .5, "1.9");

    private static VolumeFrame Frame(string sop, Plane? plane) => new(sop, 0, 4, 4, plane);
}
