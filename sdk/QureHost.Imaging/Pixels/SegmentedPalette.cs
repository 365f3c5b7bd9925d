using System.Buffers.Binary;
using QureHost.Dicom;

namespace QureHost.Imaging;

/// <summary>Segmented palettes (PS3.3 §C.7.9.2): discrete, linear and indirect segments.</summary>
internal static class SegmentedPalette
{
    private const int MostEntries = 65536;

    /// <param name="dataset">The image.</param>
    /// <param name="descriptor">For example Red Palette Color Lookup Table Descriptor (0028,1101).</param>
    /// <param name="data">The unsegmented data's tag (0028,1201); the segmented data are at (0028,1221) and so on.</param>
    /// <param name="signedInput">Pixels are signed.</param>
    public static LookupTable? Of(DicomDataset dataset, DicomTag descriptor, DicomTag data, bool signedInput)
    {
        var segmented = dataset.GetBytes(new DicomTag(0x0028, (ushort)(data.Element + 0x20))).Span;
        if (segmented.IsEmpty || dataset.GetDoubles(descriptor) is not [_, _, var bits])
        {
            return null;
        }

        var words = new ushort[segmented.Length / (bits > 8 ? 2 : 1)];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = bits > 8 ? BinaryPrimitives.ReadUInt16LittleEndian(segmented[(2 * i)..]) : segmented[i];
        }

        var entries = new List<ushort>();
        if (!Expand(words, 0, int.MaxValue, entries, allowIndirect: true))
        {
            return null;
        }

        var bytes = new byte[2 * entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), entries[i]);
        }

        var plain = new DicomDataset().AddBytes(DicomTags.LUTDescriptor, DicomVr.US, dataset.GetBytes(descriptor)).AddBytes(DicomTags.LUTData, DicomVr.OW, bytes);
        return LookupTable.Of(plain, signedInput);
    }

    private static bool Expand(ushort[] words, int at, int segments, List<ushort> entries, bool allowIndirect)
    {
        for (var done = 0; done < segments && at + 1 < words.Length; done++)
        {
            int kind = words[at], length = words[at + 1];
            at += 2;
            if (entries.Count + length > MostEntries)
            {
                return false;
            }

            switch (kind)
            {
                case 0 when at + length <= words.Length:
                    entries.AddRange(words.AsSpan(at, length));
                    at += length;
                    break;
                case 1 when at < words.Length && entries.Count > 0:
                    var (from, to) = (entries[^1], words[at++]);
                    for (var i = 1; i <= length; i++)
                    {
                        entries.Add((ushort)Math.Round(from + ((to - from) * (double)i / length)));
                    }

                    break;
                case 2 when allowIndirect && at + 1 < words.Length:
                    var offset = words[at] | (words[at + 1] << 16);
                    at += 2;
                    if (offset < 0 || offset >= words.Length || !Expand(words, offset, length, entries, allowIndirect: false))
                    {
                        return false;
                    }

                    break;
                default:
                    return false;
            }
        }

        return entries.Count > 0;
    }
}
