using QureHost.Sdk.Manifests;
using QureHost.Sdk.Results;

namespace QureHost.Sdk.Tests;

public sealed class ResultContractTests
{
    private static readonly PluginManifest Manifest = new()
    {
        Id = "hello",
        Name = "Hello",
        Version = "1.0.0",
        Sdk = ">=0.1",
        Entry = new PluginEntry("Hello.dll", "Hello"),
        Starts = StartsOn.Settled,
        Findings = ["pneumothorax"],
    };

    private static readonly ImageRef Image = new("1.2.3");

    public static TheoryData<string, Result> Broken => new()
    {
        { "id", new Gate { Id = "", Status = GateStatus.Ok } },
        { "id", new Gate { Id = "Upper Case", Status = GateStatus.Ok } },
        { "id", new Gate { Id = new string('a', 65), Status = GateStatus.Ok } },
        { "'of'", new Measurement { Id = "m", Of = "m", Name = "volume", Value = 1, Unit = "ml" } },
        { "gives no reason", new Gate { Id = "g", Status = GateStatus.Refused } },
        { "does not list", new Finding { Id = "f", Name = "pleural_effusion", Presence = Presence.Present } },
        { "probability", new Finding { Id = "f", Name = "pneumothorax", Presence = Presence.Present, Probability = double.NaN } },
        { "probability", new Finding { Id = "f", Name = "pneumothorax", Presence = Presence.Present, Probability = 1.01 } },
        { "threshold", new Finding { Id = "f", Name = "pneumothorax", Presence = Presence.Present, Threshold = -1 } },
        { "SOP Instance UID", new Finding { Id = "f", Name = "pneumothorax", Presence = Presence.Present, Images = [new ImageRef("slice 7")] } },
        { "not finite", new Measurement { Id = "m", Name = "volume", Value = double.PositiveInfinity, Unit = "ml" } },
        { "snake_case", new Measurement { Id = "m", Name = "Volume (ml)", Value = 1, Unit = "ml" } },
        { "unit", new Measurement { Id = "m", Name = "volume", Value = 1, Unit = "" } },
        { "coordinates", new Shape { Id = "s", Form = ShapeForm.Contour, Image = Image, Points = [1, 2, 3, 4] } },
        { "coordinate", new Shape { Id = "s", Form = ShapeForm.Line, Image = Image, Points = [1, 2, 3, double.NaN] } },
        { "3 bytes of data for 1 × 2 × 2", new Mask { Id = "k", Form = MaskForm.Heatmap, Images = [Image], Rows = 2, Columns = 2, Segments = ["x"], Data = new byte[3] } },
        { "extent", new Mask { Id = "k", Form = MaskForm.Heatmap, Images = [], Rows = 2, Columns = 2, Segments = ["x"] } },
        { "label above its 1 segments", new Mask { Id = "k", Form = MaskForm.Labelmap, Images = [Image], Rows = 1, Columns = 2, Segments = ["x"], Data = new byte[] { 1, 2 } } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_result_that_breaks_a_rule_is_refused_by_name(string message, Result result) =>
        Assert.Contains(message, Assert.Throws<ContractException>(() => new ResultContract(Manifest).Check(result)).Message);

    [Fact]
    public void Sound_results_of_every_kind_pass()
    {
        var contract = new ResultContract(Manifest);
        Result[] sound =
        [
            new Gate { Id = "gate", Status = GateStatus.Qualified, Reasons = ["A lateral view."] },
            new Finding { Id = "f.1", Name = "pneumothorax", Presence = Presence.Present, Probability = 1, Images = [Image] },
            new Measurement { Id = "f.1.size", Of = "f.1", Name = "volume", Value = -3.5, Unit = "ml" },
            new Shape { Id = "box", Form = ShapeForm.Box, Image = Image, Points = [0, 0, 5, 5] },
            new Mask { Id = "mask", Form = MaskForm.Labelmap, Images = [Image], Rows = 1, Columns = 3, Segments = ["a", "b"], Data = new byte[] { 0, 1, 2 } },
            new KeyImage { Id = "key", Image = Image, Why = "largest" },
            new ReportText { Id = "text", Section = "findings", Text = "A pneumothorax." },
        ];

        Assert.All(sound, contract.Check);
    }

    [Fact]
    public void The_number_of_results_of_publications_and_the_bytes_of_masks_are_bounded()
    {
        var contract = new ResultContract(Manifest, new ResultLimits { Results = 2, Publications = 5, MaskBytes = 100 });
        Gate New(string id) => new() { Id = id, Status = GateStatus.Ok };
        contract.Check(New("a"));
        contract.Check(New("b"));
        contract.Check(New("b"));

        Assert.Contains("after 2 results", Assert.Throws<ContractException>(() => contract.Check(New("c"))).Message);
        contract.CheckWithdrawal("a");
        var mask = new Mask { Id = "b", Form = MaskForm.Heatmap, Images = [Image], Rows = 101, Columns = 1, Segments = ["x"], Data = new byte[101] };
        Assert.Contains("masks larger", Assert.Throws<ContractException>(() => contract.Check(mask)).Message);
        Assert.Contains("after 5 publications", Assert.Throws<ContractException>(() => contract.Check(New("b"))).Message);
    }

    [Fact]
    public void Only_what_was_published_can_be_withdrawn()
    {
        var contract = new ResultContract(Manifest);
        contract.Check(new Gate { Id = "a", Status = GateStatus.Ok });

        contract.CheckWithdrawal("a");

        Assert.Throws<ContractException>(() => contract.CheckWithdrawal("a"));
        Assert.Throws<ContractException>(() => contract.CheckWithdrawal("never"));
    }
}
