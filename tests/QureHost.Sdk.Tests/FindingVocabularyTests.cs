using System.Reflection;
using QureHost.Sdk.Vocabulary;
using QureHost.Testing;

namespace QureHost.Sdk.Tests;

public sealed class FindingVocabularyTests
{
    [Theory]
    [InlineData("effusion", "pleural_effusion")]
    [InlineData("Effusion", "pleural_effusion")]
    [InlineData("Hernia", "hiatal_hernia")]
    [InlineData("Infiltration", "infiltrate")]
    [InlineData("Emphysema", "emphysema_copd")]
    [InlineData("Fibrosis", "fibrosis_ild")]
    [InlineData("Pleural_Thickening", "pleural_thickening")]
    [InlineData("Edema", "edema")]
    [InlineData("No Finding", "normal")]
    [InlineData("SDH", "subdural_haemorrhage")]
    [InlineData("Intracranial hemorrhage", "intracranial_haemorrhage")]
    [InlineData("cerebral-edema", "cerebral_oedema")]
    [InlineData("lung_nodule", "nodule")]
    [InlineData("lung_opacity", "opacity")]
    public void A_finding_is_known_by_its_names_elsewhere(string alias, string name) => Assert.Equal(name, FindingVocabulary.NameOf(alias));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("___")]
    [InlineData("pleural")]
    public void An_unknown_name_is_unknown(string? name) => Assert.False(FindingVocabulary.TryGet(name, out _));

    [Fact]
    public void The_hierarchy_of_the_label_rules_holds()
    {
        foreach (var subtype in (string[])["intraparenchymal", "intraventricular", "subdural", "extradural", "subarachnoid"])
        {
            Assert.Equal([FindingNames.IntracranialHaemorrhage], FindingVocabulary.ParentsOf($"{subtype}_haemorrhage"));
        }

        Assert.Equal([FindingNames.MassEffect], FindingVocabulary.ParentsOf(FindingNames.MidlineShift));
        Assert.Equal([FindingNames.VentricularDilation], FindingVocabulary.ParentsOf(FindingNames.Hydrocephalus));
        foreach (var opacity in (string[])["opacity", "pneumonia", "atelectasis", "edema", "consolidation", "airspace_disease", "infiltrate"])
        {
            Assert.Equal([FindingNames.OpacityAny], FindingVocabulary.ParentsOf(opacity));
        }
    }

    [Fact]
    public void Ancestors_are_nearest_first_and_each_named_once() =>
        Assert.Equal(
            [FindingNames.Infarct, FindingNames.IntraparenchymalHaemorrhage, FindingNames.IntracranialHaemorrhage],
            FindingVocabulary.AncestorsOf(FindingNames.HaemorrhagicInfarct));

    [Fact]
    public void Every_parent_is_a_finding_and_nothing_is_its_own_ancestor()
    {
        foreach (var finding in FindingVocabulary.All)
        {
            Assert.All(finding.Parents, parent => Assert.Contains(FindingVocabulary.All, f => f.Name == parent));
            Assert.DoesNotContain(finding.Name, FindingVocabulary.AncestorsOf(finding.Name));
        }
    }

    [Fact]
    public void The_constants_are_the_list()
    {
        var constants = typeof(FindingNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);

        Assert.Equal(FindingVocabulary.All.Select(f => f.Name).Order(StringComparer.Ordinal), constants.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_of_the_vocabulary_is_in_the_verified_list_and_none_of_that_list_is_missing()
    {
        Assert.SkipUnless(SharedData.IsPresent, SharedData.Absent);
        foreach (var row in File.ReadLines(SharedData.At("data", "nlp", "codes.csv")).Skip(1).Select(line => line.Split(',')))
        {
            if (row[0] is not ("head" or "chest"))
            {
                continue;
            }

            Assert.True(FindingVocabulary.TryGet(row[1], out var finding), row[1]);
            string[] listed = [row[2], row[4], .. row[6].Split('/'), .. row[7].Split('/')];
            var expected = listed.Select(cell => cell.Trim().Split(' ')[0]).Where(code => code.Length > 0).ToHashSet();
            var related = finding.Codes.Where(code => !expected.Contains(code.Value));

            Assert.Superset(expected, finding.Codes.Select(code => code.Value).ToHashSet());
            Assert.All(related, code => Assert.Contains(code.Value, row[8]));
        }
    }

    [Fact]
    public void A_snomed_code_says_that_it_needs_a_licence()
    {
        var codes = FindingVocabulary.All.SelectMany(f => f.Codes).ToList();

        Assert.All(codes, code => Assert.Equal(code.Designator == "SCT", code.NeedsLicence));
        Assert.All(codes, code => Assert.NotEmpty(code.Verified));
    }
}
