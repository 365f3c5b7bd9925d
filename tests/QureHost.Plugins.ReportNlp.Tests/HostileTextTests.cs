using System.Diagnostics;
using System.Text;
using QureHost.Plugins.ReportNlp.Reading;

namespace QureHost.Plugins.ReportNlp.Tests;

public sealed class HostileTextTests
{
    private static readonly string[] Words =
    [
        "no", "not", "without", "cannot", "be", "excluded", "or", "and", ",", ".", ":", ";", "?", "(", ")", "-", "\n", "\n\n", "history", "of", "FINDINGS:", "Indication:",
        "haemorrhage", "heart", "enlarged", "ventricles", "calcified", "aorta", "effusion", "midline", "shift", "left", "blood", "in", "the", "may", "represent", "is",
    ];

    [Fact]
    public void Random_words_of_the_rules_never_throw_and_every_span_lies_in_the_text()
    {
        var random = new Random(20261125);
        for (var n = 0; n < 2_000; n++)
        {
            var text = string.Join(random.Next(3) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 80)).Select(_ => Words[random.Next(Words.Length)]));
            Check(text, n % 2 == 0 ? "CT head" : "CXR/CT chest");
        }
    }

    [Fact]
    public void Random_characters_never_throw()
    {
        var random = new Random(7);
        for (var n = 0; n < 1_000; n++)
        {
            // Half surrogates, nulls, combining marks and right-to-left marks among them.
            var text = string.Create(random.Next(0, 400), random, (span, r) =>
            {
                foreach (ref var c in span)
                {
                    c = r.Next(4) == 0 ? (char)r.Next(char.MaxValue) : (char)r.Next(9, 127);
                }
            });
            Check(text, "");
        }
    }

    [Theory(Explicit = true)] // a measurement: on a busy machine it says nothing
    [InlineData("heart ")]
    [InlineData("no ")]
    [InlineData("no effusion or ")]
    [InlineData("haemorrhage in the left lateral ventricle ")]
    [InlineData("effacement of the ")]
    [InlineData("a")]
    [InlineData("(")]
    [InlineData("?")]
    [InlineData(".")]
    [InlineData("\n")]
    [InlineData("history: ")]
    [InlineData("subdural, subdural or ")]
    public void Four_times_the_text_takes_not_much_more_than_four_times_as_long(string part)
    {
        var small = Repeat(part, 12_000);
        var large = Repeat(part, 48_000);
        Time(small, 1);
        var times = 1 + (int)(10 / (Time(small, 1).TotalMilliseconds + .1));

        var ratio = Enumerable.Range(0, 5).Min(_ => Time(large, times) / Time(small, times));

        // 4 where the work is linear, 16 where it is quadratic.
        Assert.InRange(ratio, 0, 9);
    }

    [Fact]
    public void A_text_without_end_is_read_up_to_a_bound()
    {
        var text = Repeat("No effusion. ", ReportReader.MaxLength) + "Pneumothorax.";

        var reading = ReportReader.Read(text, "CXR");

        Assert.True(reading.IsTruncated);
        Assert.Equal(0, reading.Labels["pleural_effusion"]);
        Assert.False(reading.Labels.ContainsKey("pneumothorax"));
    }

    [Fact]
    public void Many_threads_read_the_same_as_one()
    {
        const string text = "No pneumothorax. Small left pleural effusion, possibly pneumonia.";
        var expected = ReportReader.Read(text, "CXR").Labels;

        Parallel.For(0, 2_000, i => Assert.Equal(expected, ReportReader.Read(text, "CXR").Labels));
    }

    private static void Check(string text, string modality)
    {
        var reading = ReportReader.Read(text, modality);
        Assert.All(reading.Labels.Values, value => Assert.InRange(value, -1, 1));
        Assert.All(reading.Mentions, mention =>
        {
            Assert.InRange(mention.Start, 0, text.Length - mention.Length);
            if (mention.Assertion.TriggerStart >= 0)
            {
                Assert.InRange(mention.Assertion.TriggerStart, 0, text.Length - mention.Assertion.TriggerLength);
            }
        });
    }

    private static TimeSpan Time(string text, int times)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            ReportReader.Read(text, "CT head");
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static string Repeat(string part, int length)
    {
        var text = new StringBuilder(length + part.Length);
        while (text.Length < length)
        {
            text.Append(part);
        }

        return text.ToString();
    }
}
