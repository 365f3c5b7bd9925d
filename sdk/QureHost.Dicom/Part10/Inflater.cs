using System.Buffers.Binary;
using System.IO.Compression;

namespace QureHost.Dicom;

/// <summary>Deflated datasets (PS3.5 §A.5): raw deflate, or with the zlib header that some writers leave on.</summary>
internal static class Inflater
{
    public static ReadOnlyMemory<byte> Inflate(Stream deflated, long limit)
    {
        try
        {
            using var inflating = new DeflateStream(deflated, CompressionMode.Decompress, leaveOpen: true);
            var into = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (inflating.Read(buffer) is > 0 and var count)
            {
                if (into.Length + count > limit)
                {
                    throw new DicomFormatException($"The deflated dataset is larger than the {limit} bytes allowed");
                }

                into.Write(buffer, 0, count);
            }

            return into.GetBuffer().AsMemory(0, (int)into.Length);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new DicomFormatException("The deflated dataset is damaged", null, e);
        }
    }

    /// <summary>2 where a zlib header precedes the deflate stream (RFC 1950 §2.2), else 0.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> start)
    {
        if (start.Length < 6 || (start[0] & 0x0F) != 8 || BinaryPrimitives.ReadUInt16BigEndian(start) % 31 != 0 || (start[1] & 0x20) != 0)
        {
            return 0;
        }

        // 0x78 may also open a raw stream, as a stored block whose length and its complement follow.
        var isStored = (start[0] & 6) == 0 && (BinaryPrimitives.ReadUInt16LittleEndian(start[1..]) ^ BinaryPrimitives.ReadUInt16LittleEndian(start[3..])) == 0xFFFF;
        return isStored ? 0 : 2;
    }
}
