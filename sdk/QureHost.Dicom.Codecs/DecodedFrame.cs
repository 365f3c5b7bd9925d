namespace QureHost.Dicom.Codecs;

/// <summary>A decoded frame: samples in rows, little endian, colours interleaved.</summary>
/// <param name="Samples">Of <see cref="PixelFormat.FrameBytes"/> bytes; for native little-endian frames these are the bytes that were given, without a copy.</param>
/// <param name="Format">Describes <paramref name="Samples"/>: Photometric Interpretation may have changed (YBR to RGB), Planar is 0.</param>
public sealed record DecodedFrame(ReadOnlyMemory<byte> Samples, PixelFormat Format);
