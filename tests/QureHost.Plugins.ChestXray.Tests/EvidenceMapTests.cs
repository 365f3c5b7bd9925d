using QureHost.Plugins.ChestXray.Anatomy;
using QureHost.Plugins.ChestXray.Reading;

namespace QureHost.Plugins.ChestXray.Tests;

public sealed class EvidenceMapTests
{
    private static readonly FindingParameters Finding = new() { Name = "mass", A = 2, B = -1, C = 0.5, Threshold = 0.5 };

    [Fact]
    public void Evidence_is_what_exceeds_the_logit_of_the_operating_point()
    {
        // p = sigmoid(2 z + 0.5 · 2 - 1) reaches 0.5 at z = 0.
        var map = EvidenceMap.Of(ChestField.WholeFilm, [9, 9, 9, 9, -1, 0, 0.25f, 3], 2, 1, Finding, 2);

        Assert.Equal([-1, 0, 0.25f, 3], map.Values);
    }

    [Fact]
    public void A_heatmap_peaks_where_the_evidence_does_and_is_empty_where_it_speaks_against()
    {
        var values = Enumerable.Repeat(-5f, 64).ToArray();
        values[(2 * 8) + 6] = 4;

        var heat = new EvidenceMap(ChestField.WholeFilm, 8, values).Heatmap(64);

        var peak = Array.IndexOf(heat, heat.Max());
        Assert.Equal(255, heat[peak]);
        Assert.InRange(peak % 64, 6 * 8, (7 * 8) - 1);
        Assert.InRange(peak / 64, 2 * 8, (3 * 8) - 1);
        Assert.All(Enumerable.Range(0, 64 * 64).Where(i => i % 64 < 5 * 8 || i / 64 > 4 * 8), i => Assert.Equal(0, heat[i]));
    }

    [Fact]
    public void Faint_evidence_looks_faint()
    {
        var heat = new EvidenceMap(ChestField.WholeFilm, 8, [.. Enumerable.Repeat(0.2f, 64)]).Heatmap(64);

        Assert.All(heat, v => Assert.InRange(v, 24, 27)); // 0.2 of 2 logits
    }

    [Fact]
    public void Sides_are_counted_from_the_column_between_the_lungs()
    {
        var values = new float[64];
        values[8 + 1] = 3;
        values[8 + 6] = 1;
        values[0] = -100;
        var map = new EvidenceMap(ChestField.WholeFilm, 8, values);

        Assert.Equal((0.75, 0.25), map.Sides(0.5));
        Assert.Equal((0, 1), map.Sides(0.125));
        Assert.Null(new EvidenceMap(ChestField.WholeFilm, 8, new float[64]).Sides(0.5));
    }

    [Fact]
    public void A_map_lies_where_its_chest_field_does_and_nothing_is_shown_outside()
    {
        var map = new EvidenceMap(new ChestField(0.5, 0.25, 1, 0.75), 8, [.. Enumerable.Repeat(3f, 64)]);

        var heat = map.Heatmap(64);

        Assert.All(Enumerable.Range(0, 64 * 64), i => Assert.Equal(i % 64 >= 32 && i / 64 is >= 16 and < 48 ? 255 : 0, heat[i]));
        Assert.Equal((0.5, 0.5), map.Sides(0.75));
    }
}
