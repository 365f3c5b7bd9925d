using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>VOI LUT Function (0028,1056).</summary>
public enum VoiFunction
{
    Linear,
    LinearExact,
    Sigmoid,
}

/// <summary>A window in measured values (PS3.3 §C.11.2.1.2).</summary>
public readonly record struct VoiWindow(double Center, double Width, VoiFunction Function = VoiFunction.Linear)
{
    /// <summary>The window of a whole range.</summary>
    public static VoiWindow Over(double least, double most) => new((least + most) / 2, Math.Max(most - least, double.Epsilon), VoiFunction.LinearExact);

    /// <summary>0 (black) to 1 (white).</summary>
    public double Apply(double value)
    {
        switch (Function)
        {
            case VoiFunction.Sigmoid:
                return 1 / (1 + Math.Exp(-4 * (value - Center) / Width));
            case VoiFunction.LinearExact:
                return Math.Clamp(((value - Center) / Width) + .5, 0, 1);
            default:
                // Width 1 is a threshold at Center - 0.5.
                var half = (Width - 1) / 2;
                var at = value - (Center - .5);
                return at <= -half ? 0 : at > half ? 1 : (at / (Width - 1)) + .5;
        }
    }

    /// <summary>The image's first window, or null.</summary>
    public static VoiWindow? Of(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataset.GetDouble(DicomTags.WindowCenter) is not { } center || dataset.GetDouble(DicomTags.WindowWidth) is not { } width
            || !double.IsFinite(center) || !double.IsFinite(width))
        {
            return null;
        }

        var function = dataset.GetString(DicomTags.VOILUTFunction) switch
        {
            "LINEAR_EXACT" => VoiFunction.LinearExact,
            "SIGMOID" => VoiFunction.Sigmoid,
            _ => VoiFunction.Linear,
        };
        return width >= 1 || (width > 0 && function != VoiFunction.Linear) ? new VoiWindow(center, width, function) : null;
    }
}
