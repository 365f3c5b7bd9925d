using QureHost.Plugins.ChestXray.Films;

namespace QureHost.Plugins.ChestXray.Tests;

/// <summary>The resize is the one that the models were trained with; the numbers are PyTorch's (bilinear, antialias).</summary>
public sealed class PictureTests
{
    [Fact]
    public void Shrinking_agrees_with_the_training()
    {
        float[] expected =
        [
            0.31488f, 0.53547f, 0.62646f, 0.57922f, 0.54583f,
            0.44792f, 0.40849f, 0.52155f, 0.4826f, 0.60036f,
            0.43089f, 0.4267f, 0.42988f, 0.38156f, 0.4939f,
            0.48542f, 0.45203f, 0.40479f, 0.40689f, 0.40208f,
        ];

        Near(expected, Pattern(9, 7).Resized(4, 5).Values);
    }

    [Fact]
    public void Growing_agrees_with_the_training()
    {
        float[] expected =
        [
            0f, 0.12109f, 0.36328f, 0.60547f, 0.84766f, 0.96875f,
            0.10625f, 0.22734f, 0.46953f, 0.61172f, 0.65391f, 0.675f,
            0.26562f, 0.38672f, 0.62891f, 0.62109f, 0.36328f, 0.23438f,
            0.425f, 0.39609f, 0.33828f, 0.33047f, 0.37266f, 0.39375f,
            0.53125f, 0.40234f, 0.14453f, 0.13672f, 0.37891f, 0.5f,
        ];

        Near(expected, Pattern(3, 3).Resized(5, 6).Values);
    }

    [Fact]
    public void A_flat_picture_stays_flat_up_to_its_edges()
    {
        var flat = new Picture(123, 77, [.. Enumerable.Repeat(0.25f, 123 * 77)]);

        Assert.All(flat.Resized(256, 256).Values, v => Assert.Equal(0.25f, v, 1e-5f));
    }

    private static Picture Pattern(int rows, int columns) =>
        new(rows, columns, [.. Enumerable.Range(0, rows * columns).Select(i => ((i % columns * 31) + (i / columns * 17)) % 64 / 64f)]);

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }
}
