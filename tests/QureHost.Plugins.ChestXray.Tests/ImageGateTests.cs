using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Quality;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.ChestXray.Tests;

public sealed class ImageGateTests
{
    private static readonly GateParameters Gate = new(["frontal", "inverted", "turned", "lateral", "other"], 0.8, 0.5, 0.98);
    private static readonly LungLimits Limits = new(0.12, 0.58, 0.045, 0.35, 0.45, 0.35);
    private static readonly LungFields Usual = new(0.3, 0.14, 0.16, 0.48, 0, 0.74, 0.68);

    [Theory]
    [InlineData(0.80, GateStatus.Ok)]
    [InlineData(0.79, GateStatus.Qualified)]
    [InlineData(0.49, GateStatus.Refused)]
    public void A_film_with_usual_lungs_is_judged_by_the_gate(double frontal, GateStatus expected) =>
        Assert.Equal(expected, ImageGate.Judge(Gate, [frontal, 0, 0, 0, 1 - frontal], Limits, Usual).Status);

    [Fact]
    public void Lungs_that_cannot_be_outlined_need_a_picture_without_doubt()
    {
        var opaque = Usual with { Left = 0.02 };

        Assert.Equal(GateStatus.Refused, ImageGate.Judge(Gate, [0.9, 0, 0, 0.02, 0.08], Limits, opaque).Status);
        Assert.Equal(GateStatus.Qualified, ImageGate.Judge(Gate, [0.99, 0, 0, 0, 0.01], Limits, opaque).Status);
    }

    [Theory]
    [InlineData(1, "inverted")]
    [InlineData(2, "turned")]
    [InlineData(3, "lateral view")]
    [InlineData(4, "does not look like a chest X-ray")]
    public void A_refusal_says_what_the_picture_looks_like(int most, string expected)
    {
        double[] probabilities = [0.1, 0, 0, 0, 0];
        probabilities[most] = 0.9;

        var verdict = ImageGate.Judge(Gate, probabilities, Limits, Usual);

        Assert.Contains(expected, Assert.Single(verdict.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_blank_picture_is_refused()
    {
        Assert.Equal(GateStatus.Refused, ImageGate.Contrast(new Picture(200, 200, [.. Enumerable.Repeat(0.5f, 40_000)])).Status);
        Assert.Equal(GateStatus.Ok, ImageGate.Contrast(new Picture(200, 200, [.. Enumerable.Range(0, 40_000).Select(i => i % 200 / 200f)])).Status);
    }
}
