using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QureHost.Dicom.Codecs.Jpeg2000;

/// <summary>JPEG 2000 and High-Throughput JPEG 2000 through the system's OpenJPEG.</summary>
internal static unsafe class Jpeg2000Decoder
{
    private const int CodestreamFormat = 0;
    private const int Jp2Format = 2;

    public static bool IsAvailable => OpenJpeg.Instance is not null;

    public static DecodedFrame Decode(TransferSyntax syntax, ReadOnlySpan<byte> frame, in PixelFormat format)
    {
        var library = OpenJpeg.Instance ?? throw new UnsupportedTransferSyntaxException(
            $"The image is compressed as {syntax.Name}. This server can decode it once the library OpenJPEG (libopenjp2) is installed.");
        if (frame.Length < 12)
        {
            throw new CodecException("The JPEG 2000 data are cut off.");
        }

        // Some writers put a whole JP2 file into the fragment.
        var codecFormat = frame.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P']) ? Jp2Format : CodestreamFormat;
        fixed (byte* data = frame)
        {
            var source = new Source { Data = data, Length = frame.Length };
            void* codec = null;
            void* stream = null;
            OpenJpeg.Image* image = null;
            try
            {
                codec = library.CreateDecompress(codecFormat);
                stream = library.StreamCreate((nuint)Math.Clamp(frame.Length, 1024, 1 << 20), 1);
                var parameters = stackalloc byte[OpenJpeg.ParameterBytes];
                library.SetDefaultDecoderParameters(parameters);
                library.StreamSetRead(stream, &Read);
                library.StreamSetSkip(stream, &Skip);
                library.StreamSetSeek(stream, &Seek);
                library.StreamSetUserData(stream, &source, null);
                library.StreamSetUserDataLength(stream, (ulong)frame.Length);
                if (codec == null || library.SetupDecoder(codec, parameters) == 0 || library.ReadHeader(stream, codec, &image) == 0 || image == null)
                {
                    throw new CodecException("The JPEG 2000 header is damaged.");
                }

                Check(*image, format);
                if (library.Decode(codec, stream, image) == 0)
                {
                    throw new CodecException("The JPEG 2000 data are damaged.");
                }

                return Output(*image, format);
            }
            finally
            {
                if (image != null)
                {
                    library.ImageDestroy(image);
                }

                if (stream != null)
                {
                    library.StreamDestroy(stream);
                }

                if (codec != null)
                {
                    library.DestroyCodec(codec);
                }
            }
        }
    }

    /// <summary>Before anything is decoded: the codestream's size is the object's, which bounds what the library allocates.</summary>
    private static void Check(in OpenJpeg.Image image, in PixelFormat format)
    {
        if (image.X1 - image.X0 != format.Columns || image.Y1 - image.Y0 != format.Rows || image.ComponentCount != format.SamplesPerPixel)
        {
            throw new CodecException(
                $"The JPEG 2000 image has {image.Y1 - image.Y0} × {image.X1 - image.X0} pixels of {image.ComponentCount} components, the object says {format.Rows} × {format.Columns} of {format.SamplesPerPixel}.");
        }

        for (var c = 0; c < image.ComponentCount; c++)
        {
            var component = image.Components[c];
            if (component.Precision is 0 or > 32 || (component.Precision + 7) / 8 > format.SampleBytes || component.Dx != 1 || component.Dy != 1)
            {
                throw new CodecException("The JPEG 2000 components do not fit the object's pixels.");
            }
        }
    }

    private static DecodedFrame Output(in OpenJpeg.Image image, in PixelFormat format)
    {
        var samples = new byte[format.FrameBytes];
        var (size, count) = (format.SampleBytes, format.SamplesPerPixel);
        for (var c = 0; c < count; c++)
        {
            var component = image.Components[c];
            if (component.Data == null || component.Width != format.Columns || component.Height != format.Rows)
            {
                throw new CodecException("The JPEG 2000 data are damaged.");
            }

            var values = new ReadOnlySpan<int>(component.Data, format.Pixels);
            for (int i = 0, at = c * size; i < values.Length; i++, at += count * size)
            {
                switch (size)
                {
                    case 1: samples[at] = (byte)values[i]; break;
                    case 2: BinaryPrimitives.WriteInt16LittleEndian(samples.AsSpan(at), (short)values[i]); break;
                    default: BinaryPrimitives.WriteInt32LittleEndian(samples.AsSpan(at), values[i]); break;
                }
            }
        }

        // The codestream's own colour transform is undone by the library.
        return new DecodedFrame(samples, format with { Planar = 0, Photometric = format.Photometric is "YBR_RCT" or "YBR_ICT" ? "RGB" : format.Photometric });
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint Read(void* buffer, nuint count, void* user)
    {
        var source = (Source*)user;
        var left = source->Length - source->Position;
        if (left <= 0)
        {
            return nuint.MaxValue;
        }

        var n = (long)Math.Min(count, (nuint)left);
        Buffer.MemoryCopy(source->Data + source->Position, buffer, (long)count, n);
        source->Position += n;
        return (nuint)n;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Skip(long count, void* user)
    {
        var source = (Source*)user;
        var target = Math.Clamp(source->Position + count, 0, source->Length);
        var moved = target - source->Position;
        source->Position = target;
        return moved == 0 && count != 0 ? -1 : moved;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Seek(long position, void* user)
    {
        var source = (Source*)user;
        if (position < 0 || position > source->Length)
        {
            return 0;
        }

        source->Position = position;
        return 1;
    }

    private struct Source
    {
        public byte* Data;
        public long Length;
        public long Position;
    }
}
