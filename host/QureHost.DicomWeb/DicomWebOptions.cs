namespace QureHost.DicomWeb;

/// <summary>How the DICOMweb services behave.</summary>
public sealed record DicomWebOptions
{
    /// <summary>Origins of web pages elsewhere that may call (a viewer such as OHIF): <c>http://localhost:3000</c>. Empty: none; <c>*</c>: all.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Most rows of a search over a whole site without a limit of its own. Searches below a study have none.</summary>
    public int DefaultLimit { get; init; } = 1000;

    /// <summary>Most rows of one answer, whatever the client asks for.</summary>
    public int MaxLimit { get; init; } = 10_000;

    /// <summary>Most bytes of one STOW-RS request; null: as many as the disk holds. Bodies are streamed.</summary>
    public long? MaxRequestBytes { get; init; }

    /// <summary>Most bytes that a compressed STOW-RS body may expand to.</summary>
    public long MaxInflatedBytes { get; init; } = 16L << 30;

    /// <summary>Most bytes of a STOW-RS request of DICOM JSON with bulk data, which is held in memory.</summary>
    public int MaxMetadataBytes { get; init; } = 256 << 20;

    /// <summary>Objects kept open between requests.</summary>
    public int OpenObjects { get; init; } = 256;

    /// <summary>Longest side of a rendered image, in pixels.</summary>
    public int MaxRenderedSide { get; init; } = 8192;

    /// <summary>Cache-Control of instances, frames and rendered images: kept by the browser, asked again by ETag.</summary>
    public string CacheControl { get; init; } = "private, no-cache";
}
