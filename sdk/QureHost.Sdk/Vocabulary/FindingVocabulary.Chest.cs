using static QureHost.Sdk.Vocabulary.FindingNames;

namespace QureHost.Sdk.Vocabulary;

public static partial class FindingVocabulary
{
    private static IEnumerable<FindingDefinition> Chest() =>
    [
        new(Cardiomegaly, "Cardiomegaly", FindingGroup.Chest)
        {
            Aliases = ["enlarged heart", "cardiac enlargement"],
            Codes =
            [
                SnomedCt("8186001", "Cardiomegaly", "F+S"),
            ],
        },
        new(PleuralEffusion, "Pleural effusion", FindingGroup.Chest)
        {
            Aliases = ["effusion"],
            Codes =
            [
                RadLex("RID34539", "pleural effusion", "A"),
                SnomedCt("60046008", "Pleural effusion", "P+F"),
                RadElement("RDES254", "Pleural effusion", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
            ],
        },
        new(CpAngleBlunting, "Costophrenic angle blunting", FindingGroup.Chest) { Aliases = ["costophrenic angle blunting", "blunted costophrenic angle"] },
        new(Pneumothorax, "Pneumothorax", FindingGroup.Chest)
        {
            Aliases = ["ptx"],
            Codes =
            [
                RadLex("RID5352", "pneumothorax", "A+T"),
                SnomedCt("36118008", "Pneumothorax", "P+F"),
            ],
        },
        new(PericardialEffusion, "Pericardial effusion", FindingGroup.Chest)
        {
            Codes =
            [
                RadLex("RID38588", "pericardial effusion", "A"),
                SnomedCt("373945007", "Pericardial effusion", "P+F"),
            ],
        },
        new(OpacityAny, "Any lung opacity", FindingGroup.Chest) { Aliases = ["any opacity"] },
        new(Opacity, "Lung opacity", FindingGroup.Chest)
        {
            Parents = [OpacityAny],
            Aliases = ["lung opacity", "pulmonary opacity"],
            Codes =
            [
                RadLex("RID28530", "opacity", "A"),
                Dicom("112001", "Opacity", "P"),
            ],
        },
        new(GroundGlassOpacity, "Ground-glass opacity", FindingGroup.Chest)
        {
            Parents = [Opacity],
            Aliases = ["ggo", "ground glass", "ground glass opacities"],
            Codes =
            [
                RadLex("RID28531", "ground-glass opacity", "A"),
                Dicom("112120", "Ground glass opacity", "P"),
            ],
        },
        new(Consolidation, "Consolidation", FindingGroup.Chest)
        {
            Parents = [OpacityAny],
            Codes =
            [
                RadLex("RID43255", "consolidation", "A"),
            ],
        },
        new(AirspaceDisease, "Airspace disease", FindingGroup.Chest) { Parents = [OpacityAny], Aliases = ["air space disease"] },
        new(Infiltrate, "Infiltrate", FindingGroup.Chest)
        {
            Parents = [OpacityAny],
            Aliases = ["infiltration", "infiltrates"],
            Codes =
            [
                RadLex("RID39317", "infiltrate", "T"),
            ],
        },
        new(Pneumonia, "Pneumonia", FindingGroup.Chest)
        {
            Parents = [OpacityAny],
            Codes =
            [
                RadLex("RID5350", "pneumonia", "A"),
                SnomedCt("233604007", "Pneumonia", "S"),
                RadElement("RDES76", "Pneumonia", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
            ],
        },
        new(Atelectasis, "Atelectasis", FindingGroup.Chest)
        {
            Parents = [OpacityAny],
            Codes =
            [
                RadLex("RID28493", "atelectasis", "A"),
                SnomedCt("46621007", "Atelectasis", "S"),
            ],
        },
        new(PlateLikeAtelectasis, "Plate-like atelectasis", FindingGroup.Chest)
        {
            Parents = [Atelectasis],
            Aliases = ["platelike atelectasis", "linear atelectasis", "discoid atelectasis"],
            Codes =
            [
                SnomedCt("40779009", "Plate-like atelectasis", "P"),
            ],
        },
        new(Edema, "Pulmonary oedema", FindingGroup.Chest)
        {
            Parents = [OpacityAny],
            Aliases = ["pulmonary oedema"],
            Codes =
            [
                RadLex("RID4865", "edema", "A", CodeMatch.Broader),
                SnomedCt("19242006", "Pulmonary edema", "P"),
            ],
        },
        new(Congestion, "Pulmonary vascular congestion", FindingGroup.Chest)
        {
            Aliases = ["pulmonary congestion", "vascular congestion", "pulmonary vascular congestion"],
            Codes =
            [
                RadLex("RID4863", "congestion", "A"),
            ],
        },
        new(Nodule, "Lung nodule", FindingGroup.Chest)
        {
            Aliases = ["lung nodule", "pulmonary nodule"],
            Codes =
            [
                RadLex("RID50149", "pulmonary nodule", "A"),
                SnomedCt("427359005", "Solitary nodule of lung", "F", CodeMatch.Narrower),
                RadElement("RDES195", "Pulmonary nodule", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
            ],
        },
        new(Mass, "Lung mass", FindingGroup.Chest)
        {
            Aliases = ["lung mass", "pulmonary mass"],
            Codes =
            [
                RadLex("RID3874", "mass", "A"),
            ],
        },
        new(Fracture, "Fracture", FindingGroup.Chest)
        {
            Aliases = ["rib fracture"],
            Codes =
            [
                RadLex("RID4650", "fracture", "A", CodeMatch.Broader),
                SnomedCt("33737001", "Fracture of rib", "F", CodeMatch.Narrower),
                RadElement("RDES233", "Acute rib fracture", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
                RadElement("RDES261", "Chronic rib fracture", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
            ],
        },
        new(HiatalHernia, "Hiatal hernia", FindingGroup.Chest)
        {
            Aliases = ["hernia", "hiatus hernia"],
            Codes =
            [
                SnomedCt("84089009", "Hiatal hernia", "S", note: "Seen in several repositories, at no terminology server."),
            ],
        },
        new(Granuloma, "Granuloma", FindingGroup.Chest),
        new(CalcifiedGranuloma, "Calcified granuloma", FindingGroup.Chest) { Parents = [Granuloma] },
        new(CalcifiedLymphNodes, "Calcified lymph nodes", FindingGroup.Chest) { Aliases = ["calcified lymph node"] },
        new(Calcification, "Calcification", FindingGroup.Chest)
        {
            Codes =
            [
                RadLex("RID5196", "calcification", "A"),
            ],
        },
        new(ArterialCalcification, "Arterial wall calcification", FindingGroup.Chest) { Aliases = ["arterial wall calcification"] },
        new(CoronaryCalcification, "Coronary artery calcification", FindingGroup.Chest)
        {
            Aliases = ["coronary artery wall calcification", "coronary artery calcification"],
            Codes =
            [
                SnomedCt("445512009", "Calcification of coronary artery", "F"),
            ],
        },
        new(EmphysemaCopd, "Emphysema or COPD", FindingGroup.Chest)
        {
            Aliases = ["emphysema", "copd"],
            Codes =
            [
                RadLex("RID4799", "emphysema", "A"),
                SnomedCt("87433001", "Pulmonary emphysema", "S"),
            ],
        },
        new(Hyperinflation, "Hyperinflation", FindingGroup.Chest) { Aliases = ["hyperexpansion", "hyperinflated lungs"] },
        new(LowLungVolume, "Low lung volume", FindingGroup.Chest) { Aliases = ["low lung volumes", "hypoinflation"] },
        new(Scarring, "Scarring", FindingGroup.Chest)
        {
            Aliases = ["scar", "cicatrix"],
            Codes =
            [
                SnomedCt("12402003", "Scar tissue", "P", note: "Morphologic abnormality."),
            ],
        },
        new(FibroticSequela, "Fibrotic sequela", FindingGroup.Chest) { Parents = [Scarring], Aliases = ["pulmonary fibrotic sequela", "fibrotic sequelae"] },
        new(FibrosisIld, "Fibrosis or interstitial lung disease", FindingGroup.Chest)
        {
            Aliases = ["fibrosis", "pulmonary fibrosis", "interstitial lung disease", "ild"],
            Codes =
            [
                SnomedCt("112674009", "Fibrosis", "P", CodeMatch.Broader, note: "Morphologic abnormality, of any site."),
            ],
        },
        new(Bronchiectasis, "Bronchiectasis", FindingGroup.Chest),
        new(PeribronchialThickening, "Peribronchial thickening", FindingGroup.Chest) { Aliases = ["bronchial wall thickening"] },
        new(MosaicAttenuation, "Mosaic attenuation", FindingGroup.Chest)
        {
            Aliases = ["mosaic attenuation pattern", "mosaic perfusion"],
            Codes =
            [
                Dicom("112130", "Mosaic pattern", "P"),
            ],
        },
        new(SeptalThickening, "Interlobular septal thickening", FindingGroup.Chest)
        {
            Aliases = ["interlobular septal thickening"],
            Codes =
            [
                Dicom("112114", "Septal line(s)", "P"),
            ],
        },
        new(PleuralThickening, "Pleural thickening", FindingGroup.Chest)
        {
            Codes =
            [
                RadLex("RID28509", "thickening", "A", CodeMatch.Broader),
            ],
        },
        new(Lymphadenopathy, "Lymphadenopathy", FindingGroup.Chest)
        {
            Aliases = ["adenopathy", "enlarged lymph nodes"],
            Codes =
            [
                RadLex("RID3798", "lymphadenopathy", "A"),
                SnomedCt("30746006", "Lymphadenopathy", "P"),
            ],
        },
        new(Scoliosis, "Scoliosis", FindingGroup.Chest)
        {
            Codes =
            [
                RadLex("RID4756", "scoliosis", "T"),
                SnomedCt("298382003", "Scoliosis deformity of spine", "S"),
                RadElement("RDES51", "Scoliosis", "F", CodeMatch.Related, note: "A set of data elements about the finding, not a concept."),
            ],
        },
        new(Kyphosis, "Kyphosis", FindingGroup.Chest)
        {
            Codes =
            [
                RadLex("RID4760", "kyphoscoliosis", "A", CodeMatch.Related, note: "The nearest one verified."),
            ],
        },
        new(DegenerativeSpine, "Degenerative change of the spine", FindingGroup.Chest)
        {
            Aliases = ["spondylosis", "degenerative spine disease"],
            Codes =
            [
                RadLex("RID5085", "spine degeneration", "A"),
            ],
        },
        new(AorticAtherosclerosis, "Aortic atherosclerosis", FindingGroup.Chest) { Aliases = ["atherosclerosis of the aorta", "aortic calcification"] },
        new(AorticTortuosity, "Aortic tortuosity", FindingGroup.Chest) { Aliases = ["tortuous aorta"] },
        new(DiaphragmElevation, "Elevated hemidiaphragm", FindingGroup.Chest) { Aliases = ["elevated hemidiaphragm", "elevated diaphragm"] },
        new(SupportDevice, "Support device", FindingGroup.Chest)
        {
            Aliases = ["support devices", "medical material", "medical device"],
            Codes =
            [
                RadLex("RID5429", "implantable device", "A"),
                RadLex("RID5436", "pacemaker", "A", CodeMatch.Narrower),
                RadLex("RID5557", "endotracheal tube", "A", CodeMatch.Narrower),
                RadLex("RID5578", "central venous catheter", "A", CodeMatch.Narrower),
            ],
        },
    ];
}
