using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Quality;
using QureHost.Plugins.ChestXray.Publishing;
using QureHost.Plugins.ChestXray.Reading;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.ChestXray.Tests;

public sealed class FindingResultsTests
{
    private static readonly ClassifierParameters Parameters = new()
    {
        Size = 256,
        Ratio = new RatioParameters(0.5, 0.1),
        Findings =
        [
            new FindingParameters { Name = "pneumothorax", A = 1, B = 0, Threshold = 0.3, Sided = true, Critical = true },
            new FindingParameters { Name = "nodule", A = 1, B = 0, Threshold = 0.3, Shown = false, Reason = "Too weak." },
        ],
    };

    [Fact]
    public void A_finding_is_present_from_its_operating_point_on()
    {
        var results = Results(Reading("1", [0.3, 0.9]));

        var pneumothorax = Assert.IsType<Finding>(results[0]);
        Assert.Equal((Presence.Present, true, 0.3, 0.3), (pneumothorax.Presence, pneumothorax.Critical, pneumothorax.Probability!.Value, pneumothorax.Threshold!.Value));
        Assert.Equal(["1"], pneumothorax.Images.Select(i => i.Sop));
        Assert.Equal(Presence.Absent, Results(Reading("1", [0.29, 0.9])).OfType<Finding>().First().Presence);
    }

    [Fact]
    public void A_finding_that_the_model_is_too_weak_for_is_not_assessed_and_says_why()
    {
        var nodule = Results(Reading("1", [0.1, 0.9])).OfType<Finding>().Single(f => f.Name == "nodule");

        Assert.Equal((Presence.NotAssessed, "Too weak."), (nodule.Presence, nodule.Reason));
        Assert.Empty(nodule.Images);
    }

    [Fact]
    public void A_sites_threshold_goes_before_the_cards()
    {
        var settings = new ChestXraySettings { Thresholds = { ["pneumothorax"] = 0.5 } };

        var finding = FindingResults.Of([Reading("1", [0.4, 0])], Parameters, settings).OfType<Finding>().First();

        Assert.Equal((Presence.Absent, 0.5), (finding.Presence, finding.Threshold!.Value));
    }

    [Fact]
    public void Heatmaps_come_with_present_findings_unless_the_site_says_no()
    {
        var map = Assert.Single(Results(Reading("1", [0.6, 0.9])).OfType<Mask>());
        Assert.Equal(("pneumothorax", MaskForm.Heatmap, map.Rows * map.Columns), (map.Of, map.Form, map.Data.Length));
        Assert.Equal(["pneumothorax"], map.Segments);

        Assert.Empty(FindingResults.Of([Reading("1", [0.6, 0.9])], Parameters, new ChestXraySettings { Heatmaps = false }).OfType<Mask>());
    }

    [Fact]
    public void Of_two_films_the_more_telling_one_speaks_and_both_are_named()
    {
        var results = Results(Reading("a", [0.4, 0]), Reading("b", [0.7, 0]));

        var finding = results.OfType<Finding>().First();
        Assert.Equal(0.7, finding.Probability);
        Assert.Equal(["b", "a"], finding.Images.Select(i => i.Sop));
        Assert.Equal("b", results.OfType<Mask>().Single().Images.Single().Sop);
    }

    [Fact]
    public void The_left_of_the_image_is_the_patients_right_unless_the_film_is_mirrored()
    {
        var usual = Reading("1", [0.6, 0], evidenceAt: 1);
        var mirrored = usual with { Film = usual.Film with { RowsPointTo = "R" } };

        Assert.Equal(Laterality.Right, Results(usual).OfType<Finding>().First().Laterality);
        Assert.Equal(Laterality.Left, Results(mirrored).OfType<Finding>().First().Laterality);
        Assert.Equal(Laterality.Left, Results(Reading("1", [0.6, 0], evidenceAt: 6)).OfType<Finding>().First().Laterality);
    }

    private static Result[] Results(params FilmReading[] readings) => [.. FindingResults.Of(readings, Parameters, new ChestXraySettings())];

    private static FilmReading Reading(string sop, double[] probabilities, int evidenceAt = 1)
    {
        var values = new float[64];
        values[24 + evidenceAt] = 1;
        var map = new EvidenceMap(ChestField.WholeFilm, 8, values);
        var film = new FilmHeader { Image = new ImageRef(sop), Modality = "DX", Rows = 512, Columns = 512 };
        return new FilmReading(film, Verdict.Ok, probabilities, [map, map], new LungFields(0.3, 0.15, 0.15, 0.5, 0, 0.7, 0.7), null);
    }
}
