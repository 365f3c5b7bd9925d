using System.IO.Compression;

namespace QureHost.Dicom.Codecs.Native;

/// <summary>Deflated Image Frame Compression (PS3.5 §A.4.12): each frame is a deflate stream of its native bytes.</summary>
internal static class DeflatedFrame
{
    public static DecodedFrame Decode(ReadOnlyMemory<byte> frame, in PixelFormat format)
    {
        // Deflate shrinks at most by 1,032.
        var length = (((long)format.Pixels * format.SamplesPerPixel * format.BitsAllocated) + 7) / 8;
        if ((frame.Length * 1100L) + 1100 < length)
        {
            throw new CodecException("The deflated frame is too short for its image.");
        }

        var native = new byte[length];
        using var stream = new DeflateStream(new MemoryStream(frame.ToArray()), CompressionMode.Decompress);
        if (stream.ReadAtLeast(native, native.Length, throwOnEndOfStream: false) < native.Length)
        {
            throw new CodecException("The deflated frame ends before its image.");
        }

        return NativeFrame.Decode(native, format, false, DicomVr.OW, 0);
    }
}
