using System.Buffers.Binary;
using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>A lookup table (PS3.3 §C.11.1.1.1): LUT Descriptor (0028,3002), LUT Data (0028,3006).</summary>
internal sealed class LookupTable
{
    private readonly ushort[] _data;

    private LookupTable(int first, int bits, ushort[] data)
    {
        First = first;
        Bits = bits;
        _data = data;
    }

    /// <summary>The stored value that maps to the first entry.</summary>
    public int First { get; }

    /// <summary>Bits of an entry.</summary>
    public int Bits { get; }

    public double Most => (1 << Bits) - 1;

    /// <summary>Values outside the table take its first or last entry.</summary>
    public double this[double value] => _data[(int)Math.Clamp(Math.Floor(value + .5) - First, 0, _data.Length - 1)];

    public static LookupTable? Of(DicomDataset? item, bool signedInput) =>
        item is null ? null : Of(item, DicomTags.LUTDescriptor, DicomTags.LUTData, signedInput);

    /// <summary>Null where descriptor or data are missing or do not fit together.</summary>
    public static LookupTable? Of(DicomDataset item, DicomTag descriptorTag, DicomTag dataTag, bool signedInput)
    {
        var descriptor = item.GetDoubles(descriptorTag);
        var data = item.GetBytes(dataTag).Span;
        if (descriptor.Length != 3 || data.IsEmpty)
        {
            return null;
        }

        // 0 stands for 65,536 entries; first and third value are unsigned whatever the VR says.
        var count = (int)descriptor[0] & 0xFFFF;
        count = count == 0 ? 65536 : count;
        var first = signedInput ? (short)(int)descriptor[1] : (int)descriptor[1] & 0xFFFF;
        var bits = (int)descriptor[2];
        if (bits is < 1 or > 16)
        {
            return null;
        }

        var entries = new ushort[Math.Min(count, data.Length)];
        if (data.Length >= 2 * count)
        {
            entries = new ushort[count];
            for (var i = 0; i < count; i++)
            {
                entries[i] = BinaryPrimitives.ReadUInt16LittleEndian(data[(2 * i)..]);
            }
        }
        else if (data.Length >= count)
        {
            for (var i = 0; i < count; i++)
            {
                entries[i] = data[i];
            }
        }
        else
        {
            return null;
        }

        // Some writers say 16 bits and fill 8, or the reverse: what is there decides.
        var most = entries.Max();
        if (most >> bits != 0)
        {
            bits = 16;
        }

        return new LookupTable(first, bits, entries);
    }
}
