using QureHost.Plugins.ReportNlp.Reading;
using QureHost.Sdk.Results;

namespace QureHost.Plugins.ReportNlp.Tests;

public sealed class ReportTests
{
    private const string Report = """
        CLINICAL HISTORY: Fall, query subdural. History of infarct.
        COMPARISON: CT of last year showed hydrocephalus.

        FINDINGS:
        There is a 9 mm left subdural haematoma with effacement of the
        adjacent sulci. No fracture is seen.
        Paranasal sinuses: clear.

        IMPRESSION
        1. Acute left subdural haematoma.
        2. Possible small contusion in the right temporal lobe.
        """;

    [Fact]
    public void Given_sections_only_findings_and_impression_count()
    {
        var labels = ReportReader.Read(Report, "CT head").Labels;

        Assert.Equal(1, labels["subdural_haemorrhage"]);
        Assert.Equal(1, labels["intracranial_haemorrhage"]);
        Assert.Equal(1, labels["mass_effect"]);
        Assert.Equal(0, labels["calvarial_fracture"]);
        Assert.Equal(0, labels["sinus_disease"]);
        Assert.Equal(-1, labels["intraparenchymal_haemorrhage"]);
        Assert.False(labels.ContainsKey("infarct"));
        Assert.False(labels.ContainsKey("hydrocephalus"));
    }

    [Fact]
    public void Line_ends_of_any_kind_read_alike()
    {
        var expected = ReportReader.Read(Report, "CT head").Labels;

        Assert.Equal(expected, ReportReader.Read(Report.Replace("\n", "\r\n", StringComparison.Ordinal), "CT head").Labels);
        Assert.Equal(expected, ReportReader.Read(Report.Replace("\n", "\r", StringComparison.Ordinal), "CT head").Labels);
    }

    [Fact]
    public void A_mention_tells_where_it_stands_and_what_negated_it()
    {
        const string text = "Heart size is normal. Pneumothorax was not detected.";

        var mention = ReportReader.Read(text, "CXR").Telling("pneumothorax")!;

        Assert.Equal("Pneumothorax", text.Substring(mention.Start, mention.Length));
        Assert.Equal("was not detected", text.Substring(mention.Assertion.TriggerStart, mention.Assertion.TriggerLength));
        Assert.True(mention.Assertion.IsNegated);
    }

    [Fact]
    public void The_impression_is_what_explains_a_finding()
    {
        var mention = ReportReader.Read(Report, "CT head").Telling("subdural_haemorrhage")!;

        Assert.True(mention.IsImpression);
        Assert.True(mention.Start > Report.IndexOf("IMPRESSION", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Right pleural effusion.", "pleural_effusion", Laterality.Right)]
    [InlineData("Pleural effusion on the left.", "pleural_effusion", Laterality.Left)]
    [InlineData("Effusions in both pleural spaces.", "pleural_effusion", Laterality.Bilateral)]
    [InlineData("Bibasilar atelectasis.", "atelectasis", Laterality.Bilateral)]
    [InlineData("Right and left pleural effusions.", "pleural_effusion", Laterality.Bilateral)]
    [InlineData("Left basal consolidation, right effusion.", "consolidation", Laterality.Left)]
    [InlineData("Left basal consolidation, right effusion.", "pleural_effusion", Laterality.Right)]
    [InlineData("Pneumothorax.", "pneumothorax", null)]
    public void A_finding_has_the_side_that_is_said_of_it(string text, string finding, Laterality? side) =>
        Assert.Equal(side, ReportReader.Read(text, "CXR").Telling(finding)!.Laterality);

    [Theory]
    [InlineData("CT", "Brain: no infarct. Small subdural haematoma over the left parietal lobe.", "subdural_haemorrhage")]
    [InlineData("", "The lungs show edema. Heart enlarged. Pleural spaces are clear.", "edema")]
    [InlineData("CR", "Diffuse edema.", "edema")]
    [InlineData("CT head", "Diffuse edema.", "cerebral_oedema")]
    public void Where_the_modality_does_not_tell_the_region_the_text_does(string modality, string text, string finding) =>
        Assert.Equal(1, ReportReader.Read(text, modality).Labels[finding]);

    [Fact]
    public void A_chest_CT_also_has_the_names_of_its_label_files()
    {
        var labels = ReportReader.Read("Emphysema. A nodule in the right lung. No ground-glass opacity.", "CT chest").Labels;

        Assert.Equal(1, labels["nodule"]);
        Assert.Equal(1, labels["lung_nodule"]);
        Assert.Equal(1, labels["emphysema"]);
        Assert.Equal(0, labels["lung_opacity"]);
        Assert.False(ReportReader.Read("A nodule.", "CXR").Labels.ContainsKey("lung_nodule"));
    }

    [Fact]
    public void A_span_found_by_somebody_else_is_judged_by_the_words_around_it()
    {
        const string text = "She denies chest pain. Her mother had migraine. Call if there is new vomiting.";
        Context.Assertion Of(string words) => ReportReader.Default.Assert(text, text.IndexOf(words, StringComparison.Ordinal), words.Length);

        Assert.True(Of("chest pain").IsNegated);
        Assert.True(Of("migraine").IsFamily);
        Assert.True(Of("new vomiting").IsHypothetical);
    }
}
