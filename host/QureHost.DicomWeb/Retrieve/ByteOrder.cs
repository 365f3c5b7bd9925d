using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace QureHost.DicomWeb.Retrieve;

/// <summary>Big-endian words to little-endian ones: what leaves is little endian, whatever is stored.</summary>
internal static class ByteOrder
{
    public static void Reverse(Span<byte> bytes, int wordBytes)
    {
        switch (wordBytes)
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(bytes), MemoryMarshal.Cast<byte, short>(bytes));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(bytes));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, long>(bytes), MemoryMarshal.Cast<byte, long>(bytes));
                break;
        }
    }
}
