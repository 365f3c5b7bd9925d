using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>Stored values to measured values (PS3.3 §C.11.1): a lookup table, or slope and intercept.</summary>
internal sealed class ModalityTransform
{
    private readonly LookupTable? _table;

    private ModalityTransform(double slope, double intercept, LookupTable? table, string unit)
    {
        Slope = slope;
        Intercept = intercept;
        _table = table;
        Unit = unit;
    }

    public double Slope { get; }

    public double Intercept { get; }

    public bool IsLinear => _table is null;

    /// <summary>HU, or empty.</summary>
    public string Unit { get; }

    public static ModalityTransform Of(FrameAttributes attributes, bool isSigned)
    {
        var item = attributes.Macro(DicomTags.PixelValueTransformationSequence);
        var slope = item.GetDouble(DicomTags.RescaleSlope);
        var intercept = item.GetDouble(DicomTags.RescaleIntercept);
        var type = item.GetString(DicomTags.RescaleType);
        var table = slope is null && attributes.Dataset.GetItem(DicomTags.ModalityLUTSequence) is { } lut ? LookupTable.Of(lut, isSigned) : null;
        if (table is not null)
        {
            type = attributes.Dataset.GetItem(DicomTags.ModalityLUTSequence)!.GetString(DicomTags.ModalityLUTType);
        }

        // Rescale Type is optional for CT, and then HU (PS3.3 §C.8.2.1.1.2).
        var isHounsfield = type is "HU" || (type is null && attributes.Dataset.GetString(DicomTags.Modality) == "CT" && slope is not null);
        var usable = slope is { } s && double.IsFinite(s) && s != 0;
        return new ModalityTransform(usable ? slope!.Value : 1, intercept is { } i && double.IsFinite(i) ? i : 0, table, isHounsfield ? "HU" : "");
    }

    public double Apply(double stored) => _table is null ? (stored * Slope) + Intercept : _table[stored];
}
