using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>
/// Measured values to what a reading screen shows, 0 (black) to 1 (white): VOI LUT or window (PS3.3 §C.11.2), then
/// inversion for MONOCHROME1 or an INVERSE presentation LUT shape.
/// </summary>
internal sealed class DisplayTransform
{
    private readonly LookupTable? _voi;
    private readonly VoiWindow _window;
    private readonly bool _inverts;

    private DisplayTransform(LookupTable? voi, VoiWindow window, bool inverts)
    {
        _voi = voi;
        _window = window;
        _inverts = inverts;
    }

    /// <param name="attributes">The frame.</param>
    /// <param name="least">Smallest measured value of the frame, without padding.</param>
    /// <param name="most">Largest.</param>
    /// <param name="chosen">A window that the reader chose instead of the image's.</param>
    public static DisplayTransform Of(FrameAttributes attributes, double least, double most, VoiWindow? chosen = null)
    {
        var dataset = attributes.Dataset;
        var inverts = (dataset.GetString(DicomTags.PhotometricInterpretation) == "MONOCHROME1") != (dataset.GetString(DicomTags.PresentationLUTShape) == "INVERSE" && dataset.GetString(DicomTags.PhotometricInterpretation) == "MONOCHROME2");
        if (chosen is { } window)
        {
            return new DisplayTransform(null, window, inverts);
        }

        var voi = attributes.Macro(DicomTags.FrameVOILUTSequence);
        var table = voi.GetItem(DicomTags.VOILUTSequence) is { } item ? LookupTable.Of(item, least < 0) : null;
        return new DisplayTransform(table, VoiWindow.Of(voi) ?? VoiWindow.Over(least, most), inverts);
    }

    public double Apply(double measured)
    {
        var shown = _voi is not null ? _voi[measured] / _voi.Most : _window.Apply(measured);
        return _inverts ? 1 - shown : shown;
    }
}
