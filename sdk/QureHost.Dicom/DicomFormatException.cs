namespace QureHost.Dicom;

/// <summary>The bytes are not DICOM, or break its rules so that reading on would be guessing.</summary>
public sealed class DicomFormatException : Exception
{
    public DicomFormatException(string message, long? offset = null, Exception? inner = null)
        : base(offset is { } at ? $"{message} (at byte {at})" : message, inner) => Offset = offset;

    /// <summary>Where in the file (in the inflated dataset for a deflated file), or null.</summary>
    public long? Offset { get; }
}
