using QureHost.Dicom.Codecs.Jpeg;
using QureHost.Dicom.Codecs.Jpeg2000;
using QureHost.Dicom.Codecs.JpegLs;
using QureHost.Dicom.Codecs.Native;
using QureHost.Dicom.Codecs.Rle;

namespace QureHost.Dicom.Codecs;

/// <summary>Decodes one frame of any transfer syntax that is known here. Hostile bytes end in a <see cref="CodecException"/>.</summary>
public static class FrameDecoder
{
    /// <summary>The syntaxes that <see cref="Decode"/> takes on this machine.</summary>
    public static bool CanDecode(TransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        return !syntax.IsEncapsulated || syntax.Uid switch
        {
            "1.2.840.10008.1.2.1.98" or "1.2.840.10008.1.2.5" or "1.2.840.10008.1.2.8.1" => true,
            "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81" => true,
            var uid => IsJpeg(uid) || (IsJpeg2000(uid) && Jpeg2000Decoder.IsAvailable),
        };
    }

    /// <param name="syntax">The file's transfer syntax.</param>
    /// <param name="frame">The frame's bytes, its fragments joined.</param>
    /// <param name="format">Of the image.</param>
    /// <param name="pixelVr">VR of Pixel Data: in big endian files OW swaps 8-bit samples too.</param>
    /// <param name="bitOffset">For single-bit frames: first pixel's bit in the first byte.</param>
    /// <exception cref="CodecException">The bytes are damaged or too few.</exception>
    /// <exception cref="UnsupportedTransferSyntaxException">No decoder here.</exception>
    public static DecodedFrame Decode(TransferSyntax syntax, ReadOnlyMemory<byte> frame, in PixelFormat format, DicomVr pixelVr = DicomVr.OW, int bitOffset = 0)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        format.Check();
        try
        {
            return syntax.Uid switch
            {
                _ when !syntax.IsEncapsulated => NativeFrame.Decode(frame, format, syntax.IsBigEndian, pixelVr, bitOffset),
                "1.2.840.10008.1.2.1.98" => NativeFrame.Decode(frame, format, false, pixelVr, bitOffset),
                "1.2.840.10008.1.2.8.1" => DeflatedFrame.Decode(frame, format),
                "1.2.840.10008.1.2.5" => RleDecoder.Decode(frame.Span, format),
                "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81" => JlsDecoder.Decode(frame.Span, format),
                var uid when IsJpeg(uid) => JpegDecoder.Decode(frame.Span, format),
                var uid when IsJpeg2000(uid) => Jpeg2000Decoder.Decode(syntax, frame.Span, format),
                _ => throw Unsupported(syntax),
            };
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException or InvalidDataException)
        {
            throw new CodecException($"The {syntax.Name} data of this frame are damaged.", e);
        }
    }

    /// <summary>Baseline, extended, spectral selection, full progression and lossless, all Huffman coded.</summary>
    private static bool IsJpeg(string uid) => uid is "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" or "1.2.840.10008.1.2.4.53" or "1.2.840.10008.1.2.4.55"
        or "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70";

    private static bool IsJpeg2000(string uid) => uid is "1.2.840.10008.1.2.4.90" or "1.2.840.10008.1.2.4.91"
        or "1.2.840.10008.1.2.4.201" or "1.2.840.10008.1.2.4.202" or "1.2.840.10008.1.2.4.203";

    private static UnsupportedTransferSyntaxException Unsupported(TransferSyntax syntax) =>
        new($"The image is compressed as {syntax.Name}, which this server cannot decode.");
}
