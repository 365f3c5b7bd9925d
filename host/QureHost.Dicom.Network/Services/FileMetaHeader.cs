using System.Buffers.Binary;
using System.Text;

namespace QureHost.Dicom.Network.Services;

/// <summary>Preamble and file meta information for a data set that came over the network (PS3.10 §7.1).</summary>
internal static class FileMetaHeader
{
    private const int Preamble = 128;

    public static byte[] Write(string sopClass, string sopInstance, string transferSyntax, string sourceAe)
    {
        Span<byte> bytes = stackalloc byte[1024];
        bytes.Clear();
        "DICM"u8.CopyTo(bytes[Preamble..]);
        var start = Preamble + 4 + 12;
        var at = start;

        // (0002,0001) File Meta Information Version, an OB with its four-byte length.
        ReadOnlySpan<byte> version = [2, 0, 1, 0, (byte)'O', (byte)'B', 0, 0, 2, 0, 0, 0, 0, 1];
        version.CopyTo(bytes[at..]);
        at += version.Length;
        at += Short(bytes[at..], 0x0002, "UI"u8, sopClass, 0);
        at += Short(bytes[at..], 0x0003, "UI"u8, sopInstance, 0);
        at += Short(bytes[at..], 0x0010, "UI"u8, transferSyntax, 0);
        at += Short(bytes[at..], 0x0012, "UI"u8, DicomUid.Implementation, 0);
        at += Short(bytes[at..], 0x0013, "SH"u8, DicomUid.ImplementationVersion, (byte)' ');
        if (sourceAe.Length > 0)
            at += Short(bytes[at..], 0x0016, "AE"u8, sourceAe, (byte)' ');

        ReadOnlySpan<byte> groupLength = [2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0];
        groupLength.CopyTo(bytes[(start - 12)..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(start - 4)..], at - start);
        return bytes[..at].ToArray();
    }

    private static int Short(Span<byte> target, ushort element, ReadOnlySpan<byte> vr, string value, byte pad)
    {
        var length = value.Length + (value.Length & 1);
        BinaryPrimitives.WriteUInt16LittleEndian(target, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], element);
        vr.CopyTo(target[4..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target[6..], (ushort)length);
        target[8 + length - 1] = pad;
        Encoding.Latin1.GetBytes(value, target[8..]);
        return 8 + length;
    }
}
