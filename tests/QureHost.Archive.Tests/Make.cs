using QureHost.Dicom;

namespace QureHost.Archive.Tests;

/// <summary>Small DICOM objects for tests.</summary>
internal static class Make
{
    public const string Study = "1.2.826.0.1.1";
    public const string Series = "1.2.826.0.1.1.1";

    /// <summary>A CT slice of 4 x 4 pixels.</summary>
    public static DicomDataset Ct(string sop, string study = Study, string series = Series, string name = "Doe^Jane", string id = "P1", int number = 1)
    {
        var d = new DicomDataset();
        d.Add(DicomTags.SpecificCharacterSet, "ISO_IR 192");
        d.Add(DicomTags.SOPClassUID, SopClasses.CtImage);
        d.Add(DicomTags.SOPInstanceUID, sop);
        d.Add(DicomTags.StudyInstanceUID, study);
        d.Add(DicomTags.SeriesInstanceUID, series);
        d.Add(DicomTags.PatientName, name);
        d.Add(DicomTags.PatientID, id);
        d.Add(DicomTags.PatientBirthDate, "19700131");
        d.Add(DicomTags.PatientSex, "F");
        d.Add(DicomTags.StudyDate, "20260102");
        d.Add(DicomTags.StudyTime, "101530.25");
        d.Add(DicomTags.AccessionNumber, "A100");
        d.Add(DicomTags.StudyDescription, "CT head without contrast");
        d.Add(DicomTags.ReferringPhysicianName, "Referrer^Rita");
        d.Add(DicomTags.Modality, "CT");
        d.Add(DicomTags.SeriesNumber, "3");
        d.Add(DicomTags.SeriesDescription, "Axial 5 mm");
        d.Add(DicomTags.BodyPartExamined, "HEAD");
        d.Add(DicomTags.InstanceNumber, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        d.Add(DicomTags.ContentDate, "20260103");
        d.Add(DicomTags.SamplesPerPixel, 1);
        d.Add(DicomTags.PhotometricInterpretation, "MONOCHROME2");
        d.Add(DicomTags.Rows, 4);
        d.Add(DicomTags.Columns, 4);
        d.Add(DicomTags.BitsAllocated, 16);
        d.Add(DicomTags.BitsStored, 16);
        d.Add(DicomTags.HighBit, 15);
        d.Add(DicomTags.PixelRepresentation, 0);
        d.AddBytes(DicomTags.PixelData, DicomVr.OW, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        return d;
    }

    public static byte[] Bytes(this DicomDataset dataset, TransferSyntax? syntax = null) => DicomFile.ToBytes(dataset, syntax ?? TransferSyntax.ExplicitLittleEndian);
}
