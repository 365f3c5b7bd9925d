using System.Text;

namespace QureHost.Dicom.Tests;

/// <summary>Small datasets that tests build and break.</summary>
internal static class Samples
{
    public static DicomDataset Image(ushort rows = 2, ushort columns = 3)
    {
        var dataset = new DicomDataset()
            .Add(DicomTags.SOPClassUID, SopClasses.SecondaryCaptureImage)
            .Add(DicomTags.SOPInstanceUID, "1.2.3.4")
            .Add(DicomTags.StudyInstanceUID, "1.2.3")
            .Add(DicomTags.SeriesInstanceUID, "1.2.3.1")
            .Add(DicomTags.PatientName, "Müller^Jürgen")
            .Add(DicomTags.PatientID, "P1")
            .Add(DicomTags.SamplesPerPixel, 1)
            .Add(DicomTags.PhotometricInterpretation, "MONOCHROME2")
            .Add(DicomTags.Rows, rows)
            .Add(DicomTags.Columns, columns)
            .Add(DicomTags.BitsAllocated, 16)
            .Add(DicomTags.BitsStored, 12)
            .Add(DicomTags.HighBit, 11)
            .Add(DicomTags.PixelRepresentation, 0)
            .AddSequence(DicomTags.ReferencedImageSequence, new DicomDataset()
                .Add(DicomTags.ReferencedSOPClassUID, SopClasses.CtImage)
                .Add(DicomTags.ReferencedSOPInstanceUID, "1.2.9")
                .AddSequence(DicomTags.PurposeOfReferenceCodeSequence, new DicomDataset().Add(DicomTags.CodeValue, "121311").Add(DicomTags.CodeMeaning, "Löcalizer")));
        var pixels = new byte[rows * columns * 2];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i % 2 == 0 ? i : i & 15);
        }

        return dataset.AddBytes(DicomTags.PixelData, DicomVr.OW, pixels);
    }

    /// <summary>An element in explicit VR little endian, as bytes.</summary>
    public static byte[] Element(uint tag, string vr, byte[] value, uint? length = null)
    {
        var bytes = new List<byte> { (byte)(tag >> 16), (byte)(tag >> 24), (byte)tag, (byte)(tag >> 8) };
        bytes.AddRange(Encoding.Latin1.GetBytes(vr));
        var size = length ?? (uint)value.Length;
        if (vr is "OB" or "OW" or "SQ" or "UN" or "UT" or "UC" or "OF")
        {
            bytes.AddRange([0, 0, (byte)size, (byte)(size >> 8), (byte)(size >> 16), (byte)(size >> 24)]);
        }
        else
        {
            bytes.AddRange([(byte)size, (byte)(size >> 8)]);
        }

        bytes.AddRange(value);
        return [.. bytes];
    }

    public static byte[] Item(byte[] value, uint? length = null)
    {
        var size = length ?? (uint)value.Length;
        return [0xFE, 0xFF, 0x00, 0xE0, (byte)size, (byte)(size >> 8), (byte)(size >> 16), (byte)(size >> 24), .. value];
    }

    public static byte[] Delimiter(ushort element = 0xE0DD, uint length = 0) => [0xFE, 0xFF, (byte)element, (byte)(element >> 8), (byte)length, (byte)(length >> 8), 0, 0];

    /// <summary>A file in the given syntax around dataset bytes.</summary>
    public static byte[] File(TransferSyntax syntax, params byte[][] elements) =>
        [.. new byte[128], .. "DICM"u8, .. DicomFile.MetaBytes(SopClasses.CtImage, "1.2.3", syntax), .. elements.SelectMany(e => e)];
}
