using QureHost.Plugins.ChestXray.Films;
using QureHost.Plugins.ChestXray.Quality;
using QureHost.Plugins.ChestXray.Tests.Fakes;
using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Tests;

public sealed class HeaderGateTests
{
    [Theory]
    [InlineData("CT", null, null, "Wrong modality")]
    [InlineData("MR", "CHEST", null, "Wrong modality")]
    [InlineData("OT", null, null, "Wrong modality")]
    [InlineData("CR", "EXTREMITY", "AP", "Body Part Examined EXTREMITY")]
    [InlineData("DX", "CHEST", "LL", "Lateral view")]
    [InlineData("DX", "CHEST", "RL", "Lateral view")]
    [InlineData("CR", null, "LATERAL", "Lateral view")]
    [InlineData("CR", "CHEST", "LAT", "Lateral view")]
    [InlineData("CR", "CHEST", "LLD", "Decubitus view")]
    [InlineData("CR", "CHEST", "lateral decubitus", "Decubitus view")]
    [InlineData("CR", "CHEST", "LAO", "Oblique view")]
    public void What_the_attributes_rule_out_is_refused_with_the_attribute_named(string modality, string? part, string? view, string reason)
    {
        var verdict = Judge(film => film.With(TagNumbers.Modality, modality).With(TagNumbers.BodyPartExamined, part).With(TagNumbers.ViewPosition, view));

        Assert.Equal(GateStatus.Refused, verdict.Status);
        Assert.Contains(verdict.Reasons, r => r.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CR", "CHEST", "PA")]
    [InlineData("DX", "THORAX", "AP")]
    [InlineData("CR", null, null)]
    [InlineData("RG", "PORT CHEST", "AP")]
    [InlineData("OT", "CHEST", null)]
    [InlineData("DX", "CHEST", "postero-anterior")]
    public void A_frontal_chest_film_passes(string modality, string? part, string? view)
    {
        var verdict = Judge(film => film.With(TagNumbers.Modality, modality).With(TagNumbers.BodyPartExamined, part).With(TagNumbers.ViewPosition, view));

        Assert.Equal((GateStatus.Ok, 0), (verdict.Status, verdict.Reasons.Count));
    }

    [Fact]
    public void A_series_called_lateral_is_refused_only_where_it_names_no_frontal_view()
    {
        Assert.Equal(GateStatus.Refused, Judge(f => f.With(TagNumbers.SeriesDescription, "Chest lateral")).Status);
        Assert.Equal(GateStatus.Ok, Judge(f => f.With(TagNumbers.SeriesDescription, "Chest PA and lateral")).Status);
        Assert.Equal(GateStatus.Ok, Judge(f => f.With(TagNumbers.SeriesDescription, "Chest lateral").With(TagNumbers.ViewPosition, "PA")).Status);
    }

    [Fact]
    public void A_cine_run_and_a_postage_stamp_are_refused()
    {
        Assert.Contains("20 frames", Judge(f => f.With(TagNumbers.NumberOfFrames, "20")).Reasons[0], StringComparison.Ordinal);
        Assert.Contains("Too small", Judge(f => f.With(TagNumbers.Rows, "32")).Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("015Y", GateStatus.Qualified)]
    [InlineData("006M", GateStatus.Qualified)]
    [InlineData("016Y", GateStatus.Ok)]
    [InlineData("", GateStatus.Ok)]
    [InlineData("young", GateStatus.Ok)]
    public void A_child_is_read_with_a_reservation(string age, GateStatus expected) =>
        Assert.Equal(expected, Judge(f => f.With(TagNumbers.PatientAge, age)).Status);

    [Fact]
    public void A_synthetic_image_is_never_read_without_saying_so()
    {
        Assert.Equal(GateStatus.Qualified, Judge(f => f.With(TagNumbers.ConversionType, "SYN")).Status);
        Assert.Equal(GateStatus.Qualified, Judge(f => f.With(TagNumbers.SeriesDescription, "Chest phantom")).Status);
    }

    private static Verdict Judge(Func<FakeFilm, FakeFilm> with)
    {
        var film = with(new FakeFilm("1", 512, 512));
        return HeaderGate.Judge(FilmHeader.Of(film, film.Sop));
    }
}
