using QureHost.Dicom;

namespace QureHost.DicomWeb.Tests.Services;

/// <summary>Small CT images whose pixels are known: sample <c>i</c> of frame <c>f</c> is <c>(7 i + f) mod 4096</c>.</summary>
internal static class Sample
{
    public const int Side = 16;
    public const int FrameBytes = Side * Side * 2;

    public static readonly byte[] PrivateBytes = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];

    public static DicomDataset Dataset(string study, string series, string sop, int number = 1, int frames = 1, string patient = "P1", string modality = "CT")
    {
        var dataset = new DicomDataset()
            .Add(DicomTags.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
            .Add(DicomTags.SOPInstanceUID, sop)
            .Add(DicomTags.StudyInstanceUID, study)
            .Add(DicomTags.SeriesInstanceUID, series)
            .Add(DicomTags.PatientID, patient)
            .Add(DicomTags.PatientName, "Müller^Anna")
            .Add(DicomTags.StudyDate, "20260101")
            .Add(DicomTags.StudyTime, "120000")
            .Add(DicomTags.AccessionNumber, "ACC1")
            .Add(DicomTags.StudyDescription, "Head")
            .Add(DicomTags.Modality, modality)
            .Add(DicomTags.SeriesNumber, "1")
            .Add(DicomTags.InstanceNumber, number.ToString())
            .Add(DicomTags.Rows, Side)
            .Add(DicomTags.Columns, Side)
            .Add(DicomTags.SamplesPerPixel, 1)
            .Add(DicomTags.PhotometricInterpretation, "MONOCHROME2")
            .Add(DicomTags.BitsAllocated, 16)
            .Add(DicomTags.BitsStored, 12)
            .Add(DicomTags.HighBit, 11)
            .Add(DicomTags.PixelRepresentation, 0)
            .Add(DicomTags.RescaleIntercept, "-1024")
            .Add(DicomTags.RescaleSlope, "1")
            .AddBytes(DicomTags.PixelData, DicomVr.OW, Pixels(frames));
        if (frames > 1)
        {
            dataset.Add(DicomTags.NumberOfFrames, frames.ToString());
        }

        dataset.AddSequence(DicomTags.RequestAttributesSequence, new DicomDataset().Add(DicomTags.ScheduledProcedureStepID, "SPS-" + patient), new DicomDataset().Add(DicomTags.ScheduledProcedureStepID, "OTHER"));
        dataset.Add(new DicomTag(0x00130010), DicomVr.LO, "QUREHOST TEST");
        dataset.AddBytes(new DicomTag(0x00131001), DicomVr.OB, PrivateBytes);
        return dataset;
    }

    public static byte[] File(string study, string series, string sop, int number = 1, int frames = 1, string patient = "P1", string modality = "CT") =>
        DicomFile.ToBytes(Dataset(study, series, sop, number, frames, patient, modality), TransferSyntax.ExplicitLittleEndian);

    public static byte[] Pixels(int frames)
    {
        var bytes = new byte[frames * FrameBytes];
        for (var frame = 0; frame < frames; frame++)
        {
            for (var i = 0; i < Side * Side; i++)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan((frame * FrameBytes) + (i * 2)), (ushort)(((7 * i) + frame) % 4096));
            }
        }

        return bytes;
    }

    public static byte[] Frame(int frame) => Pixels(frame + 1)[^FrameBytes..];
}
