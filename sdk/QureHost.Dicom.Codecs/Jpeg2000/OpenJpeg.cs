using System.Runtime.InteropServices;

namespace QureHost.Dicom.Codecs.Jpeg2000;

/// <summary>The functions of OpenJPEG's <c>libopenjp2</c> (version 2) that decoding needs, where the system has the library.</summary>
internal sealed unsafe class OpenJpeg
{
    /// <summary>Larger than opj_dparameters_t (8,256 bytes in 2.5).</summary>
    public const int ParameterBytes = 16 * 1024;

    public readonly delegate* unmanaged[Cdecl]<int, void*> CreateDecompress;
    public readonly delegate* unmanaged[Cdecl]<void*, void> SetDefaultDecoderParameters;
    public readonly delegate* unmanaged[Cdecl]<void*, void*, int> SetupDecoder;
    public readonly delegate* unmanaged[Cdecl]<nuint, int, void*> StreamCreate;
    public readonly delegate* unmanaged[Cdecl]<void*, delegate* unmanaged[Cdecl]<void*, nuint, void*, nuint>, void> StreamSetRead;
    public readonly delegate* unmanaged[Cdecl]<void*, delegate* unmanaged[Cdecl]<long, void*, long>, void> StreamSetSkip;
    public readonly delegate* unmanaged[Cdecl]<void*, delegate* unmanaged[Cdecl]<long, void*, int>, void> StreamSetSeek;
    public readonly delegate* unmanaged[Cdecl]<void*, void*, void*, void> StreamSetUserData;
    public readonly delegate* unmanaged[Cdecl]<void*, ulong, void> StreamSetUserDataLength;
    public readonly delegate* unmanaged[Cdecl]<void*, void*, Image**, int> ReadHeader;
    public readonly delegate* unmanaged[Cdecl]<void*, void*, Image*, int> Decode;
    public readonly delegate* unmanaged[Cdecl]<void*, void> StreamDestroy;
    public readonly delegate* unmanaged[Cdecl]<void*, void> DestroyCodec;
    public readonly delegate* unmanaged[Cdecl]<Image*, void> ImageDestroy;

    private static readonly Lazy<OpenJpeg?> Loaded = new(Load);

    private OpenJpeg(nint library)
    {
        CreateDecompress = (delegate* unmanaged[Cdecl]<int, void*>)NativeLibrary.GetExport(library, "opj_create_decompress");
        SetDefaultDecoderParameters = (delegate* unmanaged[Cdecl]<void*, void>)NativeLibrary.GetExport(library, "opj_set_default_decoder_parameters");
        SetupDecoder = (delegate* unmanaged[Cdecl]<void*, void*, int>)NativeLibrary.GetExport(library, "opj_setup_decoder");
        StreamCreate = (delegate* unmanaged[Cdecl]<nuint, int, void*>)NativeLibrary.GetExport(library, "opj_stream_create");
        StreamSetRead = (delegate* unmanaged[Cdecl]<void*, delegate* unmanaged[Cdecl]<void*, nuint, void*, nuint>, void>)NativeLibrary.GetExport(library, "opj_stream_set_read_function");
        StreamSetSkip = (delegate* unmanaged[Cdecl]<void*, delegate* unmanaged[Cdecl]<long, void*, long>, void>)NativeLibrary.GetExport(library, "opj_stream_set_skip_function");
        StreamSetSeek = (delegate* unmanaged[Cdecl]<void*, delegate* unmanaged[Cdecl]<long, void*, int>, void>)NativeLibrary.GetExport(library, "opj_stream_set_seek_function");
        StreamSetUserData = (delegate* unmanaged[Cdecl]<void*, void*, void*, void>)NativeLibrary.GetExport(library, "opj_stream_set_user_data");
        StreamSetUserDataLength = (delegate* unmanaged[Cdecl]<void*, ulong, void>)NativeLibrary.GetExport(library, "opj_stream_set_user_data_length");
        ReadHeader = (delegate* unmanaged[Cdecl]<void*, void*, Image**, int>)NativeLibrary.GetExport(library, "opj_read_header");
        Decode = (delegate* unmanaged[Cdecl]<void*, void*, Image*, int>)NativeLibrary.GetExport(library, "opj_decode");
        StreamDestroy = (delegate* unmanaged[Cdecl]<void*, void>)NativeLibrary.GetExport(library, "opj_stream_destroy");
        DestroyCodec = (delegate* unmanaged[Cdecl]<void*, void>)NativeLibrary.GetExport(library, "opj_destroy_codec");
        ImageDestroy = (delegate* unmanaged[Cdecl]<Image*, void>)NativeLibrary.GetExport(library, "opj_image_destroy");
    }

    /// <summary>Null where the system has no OpenJPEG.</summary>
    public static OpenJpeg? Instance => Loaded.Value;

    private static OpenJpeg? Load()
    {
        foreach (var name in new[] { "libopenjp2.so.7", "libopenjp2.7.dylib", "libopenjp2.dylib", "openjp2" })
        {
            if (NativeLibrary.TryLoad(name, typeof(OpenJpeg).Assembly, null, out var library))
            {
                try
                {
                    return new OpenJpeg(library);
                }
                catch (EntryPointNotFoundException)
                {
                    // Another generation of the library: as good as none.
                }
            }
        }

        return null;
    }

    /// <summary>opj_image_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Image
    {
        public uint X0;
        public uint Y0;
        public uint X1;
        public uint Y1;
        public uint ComponentCount;
        public int ColorSpace;
        public Component* Components;
        public byte* IccProfile;
        public uint IccProfileLength;
    }

    /// <summary>opj_image_comp_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Component
    {
        public uint Dx;
        public uint Dy;
        public uint Width;
        public uint Height;
        public uint X0;
        public uint Y0;
        public uint Precision;
        public uint Bpp;
        public uint IsSigned;
        public uint ResolutionsDecoded;
        public uint Factor;
        public int* Data;
        public ushort Alpha;
    }
}
