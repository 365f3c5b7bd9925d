using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;

namespace QureHost.Plugins.ChestXray.Tests;

/// <summary>Two elliptic lungs and an elliptic heart of known size, and specks that do not belong to them.</summary>
public sealed class AnatomyTests
{
    private const int Size = 64;
    private static readonly ThoraxMasks Drawn = new ThoraxMasks(
        Size,
        Map((x, y) => y is >= 60 and < 63 && x is >= 1 and < 4 ? 1 : Math.Max(Ellipse(x, y, 18, 30, 9, 18), Ellipse(x, y, 46, 30, 10, 18))),
        Map((x, y) => (x, y) == (60, 2) ? 1 : Ellipse(x, y, 35, 42, 11, 8))).Cleaned();

    [Fact]
    public void The_cardiothoracic_ratio_agrees_with_the_trainings_and_with_the_drawing()
    {
        var ratio = CardiothoracicRatio.Of(Drawn)!;

        // The numbers of train/heart.py on the same masks.
        Assert.Equal(0.45522, ratio.Value, 5e-5);
        Assert.Equal(0.38828, ratio.Heart.Left, 5e-5);
        Assert.Equal(0.72109, ratio.Heart.Right, 5e-5);

        // What was drawn: the heart from 24 to 46, the thorax from 9 to 56.
        Assert.Equal(22.0 / 47, ratio.Value, 0.03);
        Assert.Equal((42 + 0.5) / Size, ratio.Heart.Row, 1.5 / Size);
    }

    [Fact]
    public void Lung_fields_agree_with_the_trainings()
    {
        var lungs = LungFields.Of(Drawn);

        Assert.Equal(0.2587890625, lungs.Area, 1e-9);
        Assert.Equal(0.122802734375, lungs.Left, 1e-9);
        Assert.Equal(0.135986328125, lungs.Right, 1e-9);
        Assert.Equal(0.4453125, lungs.Split, 1e-9);
        Assert.Equal(0, lungs.Depth, 1e-9);
        Assert.Equal(0.71875, lungs.Width, 1e-9);
        Assert.Equal(0.578125, lungs.Height, 1e-9);
    }

    [Fact]
    public void The_chest_field_is_the_box_of_lungs_and_heart_with_a_margin()
    {
        // The numbers of train/lungs.py on the same masks.
        Assert.Equal(new ChestField(0.095625, 0.1509375, 0.935625, 0.8334375), Rounded(ChestField.Of(Drawn)));
        Assert.Equal(ChestField.WholeFilm, ChestField.Of(Drawn with { Lung = new float[Size * Size], Heart = new float[Size * Size] }));
        Assert.Equal(ChestField.WholeFilm, ChestField.Of(Drawn with { Lung = new float[Size * Size] })); // too small for lungs

        static ChestField Rounded(ChestField f) => new(Math.Round(f.Left, 8), Math.Round(f.Top, 8), Math.Round(f.Right, 8), Math.Round(f.Bottom, 8));
    }

    [Fact]
    public void A_field_is_cut_out_at_whole_pixels()
    {
        var film = new Picture(4, 4, [.. Enumerable.Range(0, 16).Select(i => (float)i)]);

        var cut = new ChestField(0.25, 0.5, 0.75, 1).Of(film);

        Assert.Equal((2, 2), (cut.Rows, cut.Columns));
        Assert.Equal([9, 10, 13, 14], cut.Values);
    }

    [Fact]
    public void Specks_are_dropped_and_both_lungs_kept()
    {
        Assert.Equal(0, Drawn.Lung[(61 * Size) + 2]);
        Assert.Equal(0, Drawn.Heart[(2 * Size) + 60]);
        Assert.Equal(1, Drawn.Lung[(30 * Size) + 18]);
        Assert.Equal(1, Drawn.Lung[(30 * Size) + 46]);
    }

    [Fact]
    public void Masks_without_a_heart_or_without_anything_have_no_ratio_and_no_fields()
    {
        var empty = new ThoraxMasks(Size, new float[Size * Size], new float[Size * Size]).Cleaned();

        Assert.Null(CardiothoracicRatio.Of(empty));
        Assert.Null(CardiothoracicRatio.Of(Drawn with { Heart = new float[Size * Size] }));
        Assert.Equal(0, LungFields.Of(empty).Area);
    }

    [Fact]
    public void A_heart_that_fills_the_image_is_as_wide_as_the_thorax()
    {
        float[] full = [.. Enumerable.Repeat(1f, Size * Size)];

        Assert.Equal(1, CardiothoracicRatio.Of(new ThoraxMasks(Size, full, full))!.Value, 1e-9);
    }

    private static double Ellipse(int x, int y, double cx, double cy, double rx, double ry) =>
        Math.Clamp(((1 - Math.Sqrt(Math.Pow((x - cx) / rx, 2) + Math.Pow((y - cy) / ry, 2))) * Math.Min(rx, ry)) + 0.5, 0, 1);

    private static float[] Map(Func<int, int, double> value) =>
        [.. Enumerable.Range(0, Size * Size).Select(i => (float)value(i % Size, i / Size))];
}
