using QureHost.Plugins.ChestXray.Tests.Fakes;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;
using QureHost.Testing;

namespace QureHost.Plugins.ChestXray.Tests;

/// <summary>The product on the repository's models and sample films.</summary>
public sealed class ProductTests
{
    [Fact]
    public async Task A_study_without_a_film_is_refused_and_names_what_it_holds()
    {
        var run = await FakeRun.OfAsync(new FakeStudy(new FakeFilm("1", 512, 512).With(TagNumbers.Modality, "CT")));

        Assert.Equal(GateStatus.Refused, run.Gate.Status);
        Assert.Contains("the study holds CT", Assert.Single(run.Gate.Reasons), StringComparison.Ordinal);
        Assert.Single(run.Results);
        Assert.Empty(run.ModelsOpened);
    }

    [Fact]
    public async Task An_empty_study_is_refused() =>
        Assert.Equal(GateStatus.Refused, (await FakeRun.OfAsync(new FakeStudy())).Gate.Status);

    [Fact]
    public async Task A_lateral_view_is_refused_without_a_model_being_opened()
    {
        var run = await FakeRun.OfAsync(new FakeStudy(Sample("normal").With(TagNumbers.ViewPosition, "LL")));

        Assert.Equal(GateStatus.Refused, run.Gate.Status);
        Assert.Single(run.Results);
        Assert.Empty(run.ModelsOpened);
    }

    [Fact]
    public async Task A_film_whose_pixels_are_broken_is_refused_with_the_decoders_reason()
    {
        var run = await FakeRun.OfAsync(new FakeStudy(new FakeFilm("1", 512, 512) { BrokenBecause = "The JPEG stream ends early." }));

        Assert.Equal(GateStatus.Refused, run.Gate.Status);
        Assert.Contains("The JPEG stream ends early.", run.Gate.Reasons[0], StringComparison.Ordinal);
        Assert.Single(run.Results);
    }

    [Theory]
    [InlineData("inverted", "inverted")]
    [InlineData("on its side", "turned")]
    [InlineData("upside down", "turned")]
    public async Task A_film_that_is_inverted_or_turned_is_refused_and_gets_no_findings(string how, string reason)
    {
        var film = Sample("normal").Redrawn(grey => how switch
        {
            "inverted" => (x, y) => 1 - grey(x, y),
            "on its side" => (x, y) => grey(y, 511 - x),
            _ => (x, y) => grey(511 - x, 511 - y),
        });

        var run = await FakeRun.OfAsync(new FakeStudy(film));

        Assert.Equal(GateStatus.Refused, run.Gate.Status);
        Assert.Contains(reason, run.Gate.Reasons[0], StringComparison.Ordinal);
        Assert.Single(run.Results);
    }

    [Theory]
    [InlineData("stripes")]
    [InlineData("noise")]
    [InlineData("two ellipses")]
    [InlineData("part of a film")]
    public async Task A_picture_that_is_no_chest_film_is_refused_whatever_its_attributes_say(string what)
    {
        var random = new Random(3);
        var sample = Sample("normal");
        var film = sample.Redrawn(grey => what switch
        {
            "stripes" => (x, _) => x % 64 / 63.0,
            "noise" => (_, _) => random.NextDouble(),
            "two ellipses" => (x, y) => Inside(x, y, 170, 240, 70, 140) || Inside(x, y, 340, 240, 70, 140) ? 0.2 : 0.8,
            _ => (x, y) => grey(200 + (x / 4), 60 + (y / 4)),
        });

        var run = await FakeRun.OfAsync(new FakeStudy(film));

        Assert.Equal(GateStatus.Refused, run.Gate.Status);
        Assert.Single(run.Results);

        static bool Inside(int x, int y, int cx, int cy, int rx, int ry) => Math.Pow((x - cx) / (double)rx, 2) + Math.Pow((y - cy) / (double)ry, 2) < 1;
    }

    [Fact]
    public async Task The_samples_read_as_their_labels_say()
    {
        var cardiomegaly = await FakeRun.OfAsync(new FakeStudy(Sample("cardiomegaly")));
        var effusion = await FakeRun.OfAsync(new FakeStudy(Sample("effusion")));
        var normal = await FakeRun.OfAsync(new FakeStudy(Sample("normal")));

        Assert.All([cardiomegaly, effusion, normal], run => Assert.Equal(GateStatus.Ok, run.Gate.Status));
        Assert.Equal(Presence.Present, cardiomegaly.Finding("cardiomegaly").Presence);
        Assert.Equal(Presence.Present, effusion.Finding("pleural_effusion").Presence);
        Assert.Equal(Laterality.Left, effusion.Finding("pleural_effusion").Laterality);
        Assert.DoesNotContain(normal.Results.OfType<Finding>(), f => f.Presence == Presence.Present);
        Assert.Empty(normal.Results.OfType<Mask>());
        Assert.True(Ratio(cardiomegaly) > Ratio(normal) + 0.05 && Ratio(normal) < 0.5, $"cardiothoracic ratios {Ratio(cardiomegaly)} and {Ratio(normal)}");

        static double Ratio(FakeRun run) => run.Results.OfType<Measurement>().Single(m => m.Name == "cardiothoracic_ratio").Value;
    }

    [Fact]
    public async Task What_is_drawn_belongs_to_something_that_was_published_before_it()
    {
        var run = await FakeRun.OfAsync(new FakeStudy(Sample("effusion")));

        var before = new HashSet<string>();
        foreach (var result in run.Results)
        {
            Assert.True(result.Of is null || before.Contains(result.Of), $"{result.Id} comes before {result.Of}");
            before.Add(result.Id);
        }

        Assert.StartsWith("gate", run.Order[0], StringComparison.Ordinal);
        Assert.All(run.Results.OfType<Shape>(), s => Assert.All(s.Points, p => Assert.InRange(p, -0.5, 511.5)));
        Assert.Contains("Cardiothoracic ratio", run.Results.OfType<ReportText>().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_frontal_and_a_lateral_film_the_frontal_one_is_read()
    {
        var run = await FakeRun.OfAsync(new FakeStudy(
            Sample("effusion"),
            new FakeFilm("side", 512, 512).With(TagNumbers.BodyPartExamined, "CHEST").With(TagNumbers.ViewPosition, "LL")));

        Assert.Equal([GateStatus.Ok, GateStatus.Refused], run.Results.OfType<Gate>().Select(g => g.Status));
        Assert.Equal(14, run.Results.OfType<Finding>().Count());
        Assert.All(run.Results.OfType<Finding>().SelectMany(f => f.Images), i => Assert.Equal("effusion", i.Sop));
        Assert.All(run.Results.OfType<Shape>(), s => Assert.Equal("effusion", s.Image.Sop));
    }

    private static FakeFilm Sample(string name) =>
        FakeFilm.Sample(Path.Combine(SharedData.RepositoryRoot, "tests", "samples", "chest-xray", $"{name}.dcm"));
}
