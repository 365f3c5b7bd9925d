namespace QureHost.Dicom.Codecs.Jpeg;

/// <summary>
/// The order of blocks in a scan (ITU-T T.81 §A.2): interleaved scans go by minimum coded units, a scan of one component
/// by that component's own blocks.
/// </summary>
internal readonly struct McuWalk
{
    private readonly bool _interleaved;
    private readonly int _across;

    public McuWalk(JpegFrameHeader frame, JpegComponent[] components)
    {
        _interleaved = components.Length > 1;
        if (_interleaved)
        {
            _across = frame.McusAcross;
            Count = _across * frame.McusDown;
        }
        else
        {
            _across = (components[0].Width + 7) / 8;
            Count = _across * ((components[0].Height + 7) / 8);
        }
    }

    public int Count { get; }

    public (int Across, int Down) BlocksOf(JpegComponent c) => _interleaved ? (c.H, c.V) : (1, 1);

    /// <summary>Column and row of a block in its component.</summary>
    public (int X, int Y) Place(JpegComponent c, int mcu, int h, int v)
    {
        var (row, column) = Math.DivRem(mcu, _across);
        return _interleaved ? ((column * c.H) + h, (row * c.V) + v) : (column, row);
    }
}
