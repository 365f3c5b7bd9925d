using QureHost.Dicom;

namespace QureHost.Imaging.Tests;

/// <summary>Small images that tests build.</summary>
internal static class Samples
{
    public static DicomDataset Grey(int rows, int columns, int bits = 16, bool signed = false, string photometric = "MONOCHROME2") => new DicomDataset()
        .Add(DicomTags.SOPClassUID, SopClasses.CtImage)
        .Add(DicomTags.SOPInstanceUID, "1.2.3.4")
        .Add(DicomTags.StudyInstanceUID, "1.2.3")
        .Add(DicomTags.SeriesInstanceUID, "1.2.3.1")
        .Add(DicomTags.SamplesPerPixel, 1)
        .Add(DicomTags.PhotometricInterpretation, photometric)
        .Add(DicomTags.Rows, rows)
        .Add(DicomTags.Columns, columns)
        .Add(DicomTags.BitsAllocated, bits <= 8 ? 8 : bits <= 16 ? 16 : 32)
        .Add(DicomTags.BitsStored, bits)
        .Add(DicomTags.HighBit, bits - 1)
        .Add(DicomTags.PixelRepresentation, signed ? 1 : 0);

    public static FrameData Words(params int[] values)
    {
        var bytes = new byte[2 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(2 * i), (short)values[i]);
        }

        return FrameData.Of(bytes, TransferSyntax.ExplicitLittleEndian, 0);
    }

    public static FrameData Bytes(params byte[] bytes) => FrameData.Of(bytes, TransferSyntax.ExplicitLittleEndian, 0);
}
