namespace QureHost.Sdk.Vocabulary;

/// <summary>Names of the findings, as constants. A name never changes its meaning.</summary>
public static class FindingNames
{
    /// <summary>Intracranial haemorrhage.</summary>
    public const string IntracranialHaemorrhage = "intracranial_haemorrhage";

    /// <summary>Intraparenchymal haemorrhage.</summary>
    public const string IntraparenchymalHaemorrhage = "intraparenchymal_haemorrhage";

    /// <summary>Intraventricular haemorrhage.</summary>
    public const string IntraventricularHaemorrhage = "intraventricular_haemorrhage";

    /// <summary>Subdural haemorrhage.</summary>
    public const string SubduralHaemorrhage = "subdural_haemorrhage";

    /// <summary>Extradural haemorrhage.</summary>
    public const string ExtraduralHaemorrhage = "extradural_haemorrhage";

    /// <summary>Subarachnoid haemorrhage.</summary>
    public const string SubarachnoidHaemorrhage = "subarachnoid_haemorrhage";

    /// <summary>Calvarial fracture.</summary>
    public const string CalvarialFracture = "calvarial_fracture";

    /// <summary>Midline shift.</summary>
    public const string MidlineShift = "midline_shift";

    /// <summary>Mass effect.</summary>
    public const string MassEffect = "mass_effect";

    /// <summary>Infarct.</summary>
    public const string Infarct = "infarct";

    /// <summary>Haemorrhagic infarct.</summary>
    public const string HaemorrhagicInfarct = "haemorrhagic_infarct";

    /// <summary>Cerebral atrophy.</summary>
    public const string Atrophy = "atrophy";

    /// <summary>Hydrocephalus.</summary>
    public const string Hydrocephalus = "hydrocephalus";

    /// <summary>Ventricular dilation.</summary>
    public const string VentricularDilation = "ventricular_dilation";

    /// <summary>Paranasal sinus disease.</summary>
    public const string SinusDisease = "sinus_disease";

    /// <summary>Cerebral oedema.</summary>
    public const string CerebralOedema = "cerebral_oedema";

    /// <summary>Gaze deviation.</summary>
    public const string GazeDeviation = "gaze_deviation";

    /// <summary>Cardiomegaly.</summary>
    public const string Cardiomegaly = "cardiomegaly";

    /// <summary>Pleural effusion.</summary>
    public const string PleuralEffusion = "pleural_effusion";

    /// <summary>Costophrenic angle blunting.</summary>
    public const string CpAngleBlunting = "cp_angle_blunting";

    /// <summary>Pneumothorax.</summary>
    public const string Pneumothorax = "pneumothorax";

    /// <summary>Pericardial effusion.</summary>
    public const string PericardialEffusion = "pericardial_effusion";

    /// <summary>Any lung opacity.</summary>
    public const string OpacityAny = "opacity_any";

    /// <summary>Lung opacity.</summary>
    public const string Opacity = "opacity";

    /// <summary>Ground-glass opacity.</summary>
    public const string GroundGlassOpacity = "ground_glass_opacity";

    /// <summary>Consolidation.</summary>
    public const string Consolidation = "consolidation";

    /// <summary>Airspace disease.</summary>
    public const string AirspaceDisease = "airspace_disease";

    /// <summary>Infiltrate.</summary>
    public const string Infiltrate = "infiltrate";

    /// <summary>Pneumonia.</summary>
    public const string Pneumonia = "pneumonia";

    /// <summary>Atelectasis.</summary>
    public const string Atelectasis = "atelectasis";

    /// <summary>Plate-like atelectasis.</summary>
    public const string PlateLikeAtelectasis = "plate_like_atelectasis";

    /// <summary>Pulmonary oedema.</summary>
    public const string Edema = "edema";

    /// <summary>Pulmonary vascular congestion.</summary>
    public const string Congestion = "congestion";

    /// <summary>Lung nodule.</summary>
    public const string Nodule = "nodule";

    /// <summary>Lung mass.</summary>
    public const string Mass = "mass";

    /// <summary>Fracture.</summary>
    public const string Fracture = "fracture";

    /// <summary>Hiatal hernia.</summary>
    public const string HiatalHernia = "hiatal_hernia";

    /// <summary>Granuloma.</summary>
    public const string Granuloma = "granuloma";

    /// <summary>Calcified granuloma.</summary>
    public const string CalcifiedGranuloma = "calcified_granuloma";

    /// <summary>Calcified lymph nodes.</summary>
    public const string CalcifiedLymphNodes = "calcified_lymph_nodes";

    /// <summary>Calcification.</summary>
    public const string Calcification = "calcification";

    /// <summary>Arterial wall calcification.</summary>
    public const string ArterialCalcification = "arterial_calcification";

    /// <summary>Coronary artery calcification.</summary>
    public const string CoronaryCalcification = "coronary_calcification";

    /// <summary>Emphysema or COPD.</summary>
    public const string EmphysemaCopd = "emphysema_copd";

    /// <summary>Hyperinflation.</summary>
    public const string Hyperinflation = "hyperinflation";

    /// <summary>Low lung volume.</summary>
    public const string LowLungVolume = "low_lung_volume";

    /// <summary>Scarring.</summary>
    public const string Scarring = "scarring";

    /// <summary>Fibrotic sequela.</summary>
    public const string FibroticSequela = "fibrotic_sequela";

    /// <summary>Fibrosis or interstitial lung disease.</summary>
    public const string FibrosisIld = "fibrosis_ild";

    /// <summary>Bronchiectasis.</summary>
    public const string Bronchiectasis = "bronchiectasis";

    /// <summary>Peribronchial thickening.</summary>
    public const string PeribronchialThickening = "peribronchial_thickening";

    /// <summary>Mosaic attenuation.</summary>
    public const string MosaicAttenuation = "mosaic_attenuation";

    /// <summary>Interlobular septal thickening.</summary>
    public const string SeptalThickening = "septal_thickening";

    /// <summary>Pleural thickening.</summary>
    public const string PleuralThickening = "pleural_thickening";

    /// <summary>Lymphadenopathy.</summary>
    public const string Lymphadenopathy = "lymphadenopathy";

    /// <summary>Scoliosis.</summary>
    public const string Scoliosis = "scoliosis";

    /// <summary>Kyphosis.</summary>
    public const string Kyphosis = "kyphosis";

    /// <summary>Degenerative change of the spine.</summary>
    public const string DegenerativeSpine = "degenerative_spine";

    /// <summary>Aortic atherosclerosis.</summary>
    public const string AorticAtherosclerosis = "aortic_atherosclerosis";

    /// <summary>Aortic tortuosity.</summary>
    public const string AorticTortuosity = "aortic_tortuosity";

    /// <summary>Elevated hemidiaphragm.</summary>
    public const string DiaphragmElevation = "diaphragm_elevation";

    /// <summary>Support device.</summary>
    public const string SupportDevice = "support_device";

    /// <summary>Normal study.</summary>
    public const string Normal = "normal";

    /// <summary>Image artefact.</summary>
    public const string SliceArtifact = "slice_artifact";
}
