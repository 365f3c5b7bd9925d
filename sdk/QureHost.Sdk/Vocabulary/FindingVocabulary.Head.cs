using static QureHost.Sdk.Vocabulary.FindingNames;

namespace QureHost.Sdk.Vocabulary;

public static partial class FindingVocabulary
{
    private static IEnumerable<FindingDefinition> Head() =>
    [
        new(IntracranialHaemorrhage, "Intracranial haemorrhage", FindingGroup.Head)
        {
            Aliases = ["ich", "intracranial bleed", "bleed", "brain haemorrhage"],
            Codes =
            [
                RadLex("RID4700", "hemorrhage", "A", CodeMatch.Broader, note: "No head-specific RadLex identifier was verified."),
                SnomedCt("1386000", "Intracranial hemorrhage", "F+I", note: "pydicom's dictionary carries another, older label for this code."),
                RadElement("RDES194", "Acute intracranial hemorrhage", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
            ],
        },
        new(IntraparenchymalHaemorrhage, "Intraparenchymal haemorrhage", FindingGroup.Head)
        {
            Parents = [IntracranialHaemorrhage],
            Aliases = ["iph", "intraparenchymal", "intracerebral haemorrhage", "cerebral haemorrhage", "parenchymal haemorrhage"],
            Codes =
            [
                SnomedCt("274100004", "Cerebral hemorrhage", "I"),
            ],
        },
        new(IntraventricularHaemorrhage, "Intraventricular haemorrhage", FindingGroup.Head) { Parents = [IntracranialHaemorrhage], Aliases = ["ivh", "intraventricular"] },
        new(SubduralHaemorrhage, "Subdural haemorrhage", FindingGroup.Head)
        {
            Parents = [IntracranialHaemorrhage],
            Aliases = ["sdh", "subdural", "subdural haematoma"],
            Codes =
            [
                RadLex("RID4706", "subdural hematoma", "A"),
                SnomedCt("95453001", "Subdural intracranial hematoma", "F"),
            ],
        },
        new(ExtraduralHaemorrhage, "Extradural haemorrhage", FindingGroup.Head)
        {
            Parents = [IntracranialHaemorrhage],
            Aliases = ["edh", "epidural", "extradural", "epidural haemorrhage", "extradural haematoma", "epidural haematoma"],
            Codes =
            [
                RadLex("RID4708", "epidural hematoma", "A"),
            ],
        },
        new(SubarachnoidHaemorrhage, "Subarachnoid haemorrhage", FindingGroup.Head)
        {
            Parents = [IntracranialHaemorrhage],
            Aliases = ["sah", "subarachnoid"],
            Codes =
            [
                RadLex("RID4710", "subarachnoid hemorrhage", "A"),
                SnomedCt("21454007", "Subarachnoid intracranial hemorrhage", "I"),
            ],
        },
        new(CalvarialFracture, "Calvarial fracture", FindingGroup.Head)
        {
            Aliases = ["skull fracture", "skull vault fracture"],
            Codes =
            [
                RadLex("RID4650", "fracture", "A", CodeMatch.Broader),
            ],
        },
        new(MidlineShift, "Midline shift", FindingGroup.Head) { Parents = [MassEffect], Aliases = ["mls"] },
        new(MassEffect, "Mass effect", FindingGroup.Head),
        new(Infarct, "Infarct", FindingGroup.Head)
        {
            Aliases = ["infarction", "cerebral infarction", "stroke", "ischaemic stroke"],
            Codes =
            [
                RadLex("RID5172", "infarction", "A"),
                SnomedCt("432504007", "Cerebral infarction", "F"),
                RadElement("RDES97", "Acute infarct on diffusion-weighted images", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
            ],
        },
        new(HaemorrhagicInfarct, "Haemorrhagic infarct", FindingGroup.Head)
        {
            Parents = [Infarct, IntraparenchymalHaemorrhage],
            Aliases = ["haemorrhagic infarction", "haemorrhagic transformation"],
            Codes =
            [
                SnomedCt("230706003", "Hemorrhagic cerebral infarction", "I"),
            ],
        },
        new(Atrophy, "Cerebral atrophy", FindingGroup.Head)
        {
            Aliases = ["cerebral atrophy", "brain atrophy", "volume loss"],
            Codes =
            [
                RadLex("RID5046", "atrophy", "A", CodeMatch.Broader),
                SnomedCt("278849000", "Cerebral atrophy", "S"),
            ],
        },
        new(Hydrocephalus, "Hydrocephalus", FindingGroup.Head)
        {
            Parents = [VentricularDilation],
            Codes =
            [
                RadLex("RID4885", "hydrocephalus", "A"),
                SnomedCt("230745008", "Hydrocephalus", "I"),
            ],
        },
        new(VentricularDilation, "Ventricular dilation", FindingGroup.Head) { Aliases = ["ventriculomegaly", "ventricular dilatation", "ventricular enlargement"] },
        new(SinusDisease, "Paranasal sinus disease", FindingGroup.Head) { Aliases = ["sinusitis", "paranasal sinus disease"] },
        new(CerebralOedema, "Cerebral oedema", FindingGroup.Head)
        {
            Aliases = ["brain oedema"],
            Codes =
            [
                RadLex("RID4865", "edema", "A", CodeMatch.Broader),
            ],
        },
        new(GazeDeviation, "Gaze deviation", FindingGroup.Head) { Aliases = ["eye deviation", "conjugate gaze deviation"] },
    ];
}
