namespace QureHost.Results.Coding;

/// <summary>Concepts that the templates name (PS3.16). Each was checked against a published code table.</summary>
internal static class Codes
{
    // Document and its context: TID 1500, 1204, 1001 to 1004
    public static readonly Code ImagingMeasurementReport = Dcm("126000", "Imaging Measurement Report");
    public static readonly Code Language = Dcm("121049", "Language of Content Item and Descendants");
    public static readonly Code English = new("en", "RFC5646", "English");
    public static readonly Code ObserverType = Dcm("121005", "Observer Type");
    public static readonly Code Device = Dcm("121007", "Device");
    public static readonly Code DeviceObserverUid = Dcm("121012", "Device Observer UID");
    public static readonly Code DeviceObserverName = Dcm("121013", "Device Observer Name");
    public static readonly Code DeviceObserverManufacturer = Dcm("121014", "Device Observer Manufacturer");
    public static readonly Code DeviceObserverModel = Dcm("121015", "Device Observer Model Name");
    public static readonly Code DeviceObserverSerial = Dcm("121016", "Device Observer Serial Number");
    public static readonly Code ProcedureReported = Dcm("121058", "Procedure reported");
    public static readonly Code ImagingProcedure = Sct("363679005", "Imaging procedure");
    public static readonly Code ImagingMeasurements = Dcm("126010", "Imaging Measurements");
    public static readonly Code QualitativeEvaluations = new("C0034375", "UMLS", "Qualitative Evaluations");

    // A measurement group: TID 1501, 1411, 4019
    public static readonly Code MeasurementGroup = Dcm("125007", "Measurement Group");
    public static readonly Code TrackingIdentifier = Dcm("112039", "Tracking Identifier");
    public static readonly Code TrackingUid = Dcm("112040", "Tracking Unique Identifier");
    public static readonly Code Finding = Dcm("121071", "Finding");
    public static readonly Code FindingSite = Sct("363698007", "Finding Site");
    public static readonly Code Laterality = Sct("272741003", "Laterality");
    public static readonly Code Presence = Dcm("121052", "Presence of property");
    public static readonly Code Probability = Dcm("122157", "Probability");
    public static readonly Code OperatingPoint = Code.Own("operating_point", "Probability from which the finding counts as present");
    public static readonly Code Comment = Dcm("121106", "Comment");
    public static readonly Code SourceOfMeasurement = Dcm("121112", "Source of Measurement");
    public static readonly Code ReferencedSegment = Dcm("121191", "Referenced Segment");
    public static readonly Code SourceImageForSegmentation = Dcm("121233", "Source image for segmentation");
    public static readonly Code AlgorithmName = Dcm("111001", "Algorithm Name");
    public static readonly Code AlgorithmVersion = Dcm("111003", "Algorithm Version");
    public static readonly Code AlgorithmParameters = Dcm("111002", "Algorithm Parameters");

    // Values
    public static readonly Code Present = Sct("52101004", "Present");
    public static readonly Code Absent = Sct("2667000", "Absent");
    public static readonly Code Indeterminate = Sct("82334004", "Indeterminate");
    public static readonly Code NotAssessed = Code.Own("not_assessed", "Not assessed");
    public static readonly Code Left = Sct("7771000", "Left");
    public static readonly Code Right = Sct("24028007", "Right");
    public static readonly Code Bilateral = Sct("51440002", "Bilateral");
    public static readonly Code Midline = Sct("260528009", "Median");
    public static readonly Code Chest = Sct("51185008", "Chest");
    public static readonly Code Head = Sct("69536005", "Head");

    // Texts of a report
    public static readonly Code Findings = Dcm("121070", "Findings");
    public static readonly Code Impression = Dcm("121073", "Impression");
    public static readonly Code RunStatus = Code.Own("run_status", "Status of the AI run");

    // Segmentation and equipment
    public static readonly Code MorphologicallyAbnormal = Sct("49755003", "Morphologically Abnormal Structure");
    public static readonly Code ArtificialIntelligence = Dcm("123110", "Artificial Intelligence");
    public static readonly Code Segmentation = Dcm("113076", "Segmentation");
    public static readonly Code SourceImageForProcessing = Dcm("121322", "Source image for image processing operation");
    public static readonly Code ProcessingEquipment = Dcm("109102", "Processing Equipment");
    public static readonly Code Percent = new("%", "UCUM", "Percent");

    private static Code Dcm(string value, string meaning) => new(value, "DCM", meaning);

    private static Code Sct(string value, string meaning) => new(value, "SCT", meaning);
}
