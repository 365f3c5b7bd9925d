using QureHost.Evaluation;

namespace QureHost.Tests;

public sealed class EvaluationTests
{
    // Hanley and McNeil 1982, Table I: CT ratings of 51 abnormal and 58 normal; area .893 by the trapezoidal rule.
    private static readonly int[] Normal = [33, 6, 6, 11, 2];
    private static readonly int[] Abnormal = [3, 2, 2, 11, 33];

    [Fact]
    public void The_area_agrees_with_the_published_example_with_ties()
    {
        var cases = Cases().ToArray();

        Assert.Equal(.893, Roc.Auc(cases)!.Value, 3);
    }

    [Fact]
    public void The_interval_holds_the_area_and_is_about_as_wide_as_the_published_standard_error_says()
    {
        var (auc, low, high) = Roc.WithInterval(Cases().ToArray());

        Assert.InRange(auc!.Value, low!.Value, high!.Value);
        Assert.InRange(high.Value - low.Value, .09, .16); // SE .032: 3.92 * .032 = .125
    }

    [Fact]
    public void Without_a_positive_or_a_negative_there_is_no_area() =>
        Assert.Null(Roc.Auc([new Scored("a", true, .5), new Scored("b", true, .7)]));

    [Fact]
    public void The_interval_of_a_rate_is_wilsons()
    {
        // Newcombe 1998, Table I: 81 of 263 by the score method: .2553 to .3662.
        var rate = Rate.Of95(81, 263);

        Assert.Equal(.2553, rate.Low!.Value, 4);
        Assert.Equal(.3662, rate.High!.Value, 4);
    }

    private static IEnumerable<Scored> Cases() =>
        Enumerable.Range(0, 5).SelectMany(rating =>
            Enumerable.Range(0, Normal[rating]).Select(i => new Scored($"n{rating}-{i}", false, rating))
                .Concat(Enumerable.Range(0, Abnormal[rating]).Select(i => new Scored($"a{rating}-{i}", true, rating))));
}
