using System.Globalization;
using QureHost.Dicom;

namespace QureHost.Archive.Load;

/// <summary>CT slices whose bytes follow from their numbers alone, so that another process can tell whether they are whole.</summary>
public static class Slices
{
    /// <summary>A slice as a Part 10 file.</summary>
    /// <param name="study">Number of the study; each has one series.</param>
    /// <param name="number">Number of the slice.</param>
    /// <param name="pixels">Rows and columns.</param>
    public static byte[] File(int study, int number, int pixels)
    {
        var d = new DicomDataset();
        string Text(int n) => n.ToString(CultureInfo.InvariantCulture);
        d.Add(DicomTags.SpecificCharacterSet, "ISO_IR 192");
        d.Add(DicomTags.ImageType, "ORIGINAL", "PRIMARY", "AXIAL");
        d.Add(DicomTags.SOPClassUID, SopClasses.CtImage);
        d.Add(DicomTags.SOPInstanceUID, Sop(study, number));
        d.Add(DicomTags.StudyDate, $"2026{1 + (study % 12):00}{1 + (study % 28):00}");
        d.Add(DicomTags.StudyTime, $"{study % 24:00}{study % 60:00}00");
        d.Add(DicomTags.AccessionNumber, $"ACC{study:000000}");
        d.Add(DicomTags.Modality, study % 50 == 0 ? "MR" : "CT");
        d.Add(DicomTags.Manufacturer, "Synthetic");
        d.Add(DicomTags.ReferringPhysicianName, "Referrer^Rita");
        d.Add(DicomTags.StudyDescription, "Synthetic CT chest");
        d.Add(DicomTags.SeriesDescription, "Axial 1 mm");
        d.Add(DicomTags.PatientName, $"Bench{Text(study % 997)}^Patient{Text(study)}");
        d.Add(DicomTags.PatientID, $"BCT{study:000000}");
        d.Add(DicomTags.PatientBirthDate, "19700101");
        d.Add(DicomTags.PatientSex, "O");
        d.Add(DicomTags.SliceThickness, "1");
        d.Add(DicomTags.KVP, "120");
        d.Add(DicomTags.PatientPosition, "HFS");
        d.Add(DicomTags.StudyInstanceUID, $"2.25.77.{Text(study)}");
        d.Add(DicomTags.SeriesInstanceUID, $"2.25.77.{Text(study)}.1");
        d.Add(DicomTags.StudyID, "1");
        d.Add(DicomTags.SeriesNumber, "1");
        d.Add(DicomTags.InstanceNumber, Text(number));
        d.Add(DicomTags.ImagePositionPatient, "-179.2", "-179.2", Text(number));
        d.Add(DicomTags.ImageOrientationPatient, "1", "0", "0", "0", "1", "0");
        d.Add(DicomTags.FrameOfReferenceUID, $"2.25.77.{Text(study)}.9");
        d.Add(DicomTags.SamplesPerPixel, 1);
        d.Add(DicomTags.PhotometricInterpretation, "MONOCHROME2");
        d.Add(DicomTags.Rows, pixels);
        d.Add(DicomTags.Columns, pixels);
        d.Add(DicomTags.PixelSpacing, "0.7", "0.7");
        d.Add(DicomTags.BitsAllocated, 16);
        d.Add(DicomTags.BitsStored, 16);
        d.Add(DicomTags.HighBit, 15);
        d.Add(DicomTags.PixelRepresentation, 1);
        d.Add(DicomTags.WindowCenter, "40");
        d.Add(DicomTags.WindowWidth, "400");
        d.Add(DicomTags.RescaleIntercept, "0");
        d.Add(DicomTags.RescaleSlope, "1");
        var bytes = new byte[pixels * pixels * 2];
        new Random((study * 100_003) + number).NextBytes(bytes);
        d.AddBytes(DicomTags.PixelData, DicomVr.OW, bytes);
        return DicomFile.ToBytes(d, TransferSyntax.ExplicitLittleEndian);
    }

    public static string Sop(int study, int number) => string.Create(CultureInfo.InvariantCulture, $"2.25.77.{study}.1.{number}");
}
