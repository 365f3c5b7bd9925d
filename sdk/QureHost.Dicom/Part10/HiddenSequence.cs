using System.Buffers.Binary;

namespace QureHost.Dicom;

/// <summary>Items inside a private value of VR UN or OB.</summary>
internal static class HiddenSequence
{
    /// <summary>The items, or none where the bytes are something else.</summary>
    public static IReadOnlyList<DicomDataset> Read(DicomValue value, CharacterSet charset)
    {
        if (value.Bytes.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(value.Bytes.Span) != 0xE000FFFE)
        {
            return [];
        }

        // The value is read as if it were the only sequence of a dataset in explicit VR: tag, UN, undefined length.
        var bytes = new byte[12 + value.Bytes.Length + 8];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, 0x0009);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), 0x1001);
        "UN"u8.CopyTo(bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 0xFFFFFFFF);
        value.Bytes.Span.CopyTo(bytes.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 8), 0xE0DDFFFE);
        try
        {
            var root = new DicomDataset(charset);
            new DatasetParser(root, 0, bytes.Length, true, false, DicomReadOptions.KeepAll).Run(bytes, 0);
            return root.GetItems(0x00091001);
        }
        catch (DicomFormatException)
        {
            return [];
        }
    }
}
