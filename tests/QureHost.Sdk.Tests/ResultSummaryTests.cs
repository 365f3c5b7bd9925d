using QureHost.Sdk.Results;

namespace QureHost.Sdk.Tests;

public sealed class ResultSummaryTests
{
    [Fact]
    public void A_study_is_refused_when_every_image_is()
    {
        Assert.Equal(GateStatus.Refused, ResultSummary.StatusOf([ImageGate("a", GateStatus.Refused), ImageGate("b", GateStatus.Refused)]));
        Assert.Equal(GateStatus.Qualified, ResultSummary.StatusOf([ImageGate("a", GateStatus.Refused), ImageGate("b", GateStatus.Ok)]));
        Assert.Equal(GateStatus.Ok, ResultSummary.StatusOf([ImageGate("a", GateStatus.Ok)]));
    }

    [Fact]
    public void A_refusal_of_the_study_outweighs_its_images()
    {
        var study = new Gate { Id = "gate", Status = GateStatus.Refused, Reasons = ["Not a chest."] };

        Assert.Equal(GateStatus.Refused, ResultSummary.StatusOf([study, ImageGate("a", GateStatus.Ok)]));
        Assert.Equal(["Not a chest.", "Why a."], ResultSummary.ReasonsOf([study, ImageGate("a", GateStatus.Qualified), study]));
    }

    private static Gate ImageGate(string id, GateStatus status) =>
        new() { Id = id, Status = status, Image = new ImageRef(id), Reasons = [$"Why {id}."] };
}
