using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QureHost.Dicom;

namespace QureHost.Phantoms;

/// <summary>Writes a phantom as Part 10 files with <c>truth.json</c> beside them. UIDs come from kind and options, so the same call writes the same study.</summary>
public static class PhantomStudy
{
    /// <summary>Kinds that there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["chest-xray", "head-ct"];

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes a phantom and returns the number of DICOM files.</summary>
    /// <exception cref="PhantomException">The kind or an option is not one that there is.</exception>
    public static int Write(string kind, string folder, PhantomOptions options)
    {
        var count = 0;
        var truth = Build(kind, options, (name, part10) =>
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, name), part10);
            count++;
        });
        File.WriteAllText(Path.Combine(folder, "truth.json"), JsonSerializer.Serialize(new { kind, options, truth }, Indented));
        return count;
    }

    /// <summary>Makes the files of a phantom one by one and returns its truth.</summary>
    public static object Build(string kind, PhantomOptions options, Action<string, byte[]> file) => kind switch
    {
        "chest-xray" => ChestXray(options, file),
        "head-ct" => HeadCt(options, file),
        _ => throw new PhantomException($"There are phantoms of: {string.Join(", ", Kinds)}."),
    };

    private static ChestXrayTruth ChestXray(PhantomOptions options, Action<string, byte[]> file)
    {
        var (pixels, truth) = ChestXrayPhantom.Render(options);
        var ids = new Identity("chest-xray", options);
        var bytes = new byte[pixels.Length * 2];
        for (var i = 0; i < pixels.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), pixels[i]);
        }

        var d = Common(ids, SopClasses.DigitalXRayImageForPresentation, "DX", "Chest phantom", 1)
            .Add(DicomTags.BodyPartExamined, "CHEST")
            .Add(DicomTags.ViewPosition, "PA")
            .Add(DicomTags.PatientOrientation, "L", "F")
            .Add(DicomTags.ImageType, "DERIVED", "PRIMARY")
            .Add(DicomTags.ImagerPixelSpacing, ChestXrayPhantom.PixelMm, ChestXrayPhantom.PixelMm)
            .Add(DicomTags.PixelSpacing, ChestXrayPhantom.PixelMm, ChestXrayPhantom.PixelMm)
            .Add(DicomTags.PixelIntensityRelationship, "LIN")
            .Add(DicomTags.PixelIntensityRelationshipSign, -1)
            .Add(DicomTags.RescaleIntercept, 0.0)
            .Add(DicomTags.RescaleSlope, 1.0)
            .Add(DicomTags.RescaleType, "US")
            .Add(DicomTags.PresentationLUTShape, "IDENTITY")
            .Add(DicomTags.LossyImageCompression, "00")
            .Add(DicomTags.PresentationIntentType, "FOR PRESENTATION")
            .Add(DicomTags.BurnedInAnnotation, "NO")
            .Add(DicomTags.ImageLaterality, "U")
            .Add(DicomTags.DetectorType, "DIRECT")
            .AddEmpty(DicomTags.PositionerType)
            .AddSequence(DicomTags.AcquisitionContextSequence)
            .AddSequence(DicomTags.AnatomicRegionSequence, Code("51185008", "SCT", "Chest"))
            .AddSequence(DicomTags.ViewCodeSequence, Code("399348003", "SCT", "postero-anterior"))
            .Add(DicomTags.WindowCenter, 1900.0)
            .Add(DicomTags.WindowWidth, 3600.0);
        Pixels(d, ChestXrayPhantom.Size, ChestXrayPhantom.Size, 12, signed: false, bytes);
        file("chest-xray.dcm", Part10(d));
        return truth;
    }

    private static HeadCtTruth HeadCt(PhantomOptions options, Action<string, byte[]> file)
    {
        var model = HeadCtPhantom.Model(options);
        var ids = new Identity("head-ct", options);
        var step = HeadCtPhantom.SliceMm(options);
        var tilt = options.TiltDegrees * Math.PI / 180;
        const int size = HeadCtPhantom.Size;
        const double mm = HeadCtPhantom.PixelMm, half = (size - 1) / 2.0 * mm;
        for (var slice = 0; slice < options.Slices; slice++)
        {
            // A tilted gantry shears the stack: rows lean, the table still moves along z.
            var z0 = HeadCtPhantom.BottomMm + (slice * step);
            double colY = Math.Cos(tilt), colZ = Math.Sin(tilt);
            var noise = new Random(HashCode(options.Seed, slice));
            var bytes = new byte[size * size * 2];
            for (var row = 0; row < size; row++)
            {
                var v = (row * mm) - half;
                for (var column = 0; column < size; column++)
                {
                    var hu = model.HuAt((column * mm) - half, v * colY, z0 + (v * colZ));
                    hu += 8 * (noise.NextDouble() + noise.NextDouble() + noise.NextDouble() + noise.NextDouble() - 2);
                    BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(((row * size) + column) * 2), (short)Math.Clamp(Math.Round(hu), -1024, 3071));
                }
            }

            var d = Common(ids, SopClasses.CtImage, "CT", "Head phantom", slice + 1)
                .Add(DicomTags.BodyPartExamined, "HEAD")
                .Add(DicomTags.ImageType, "ORIGINAL", "PRIMARY", "AXIAL")
                .Add(DicomTags.KVP, 120.0)
                .Add(DicomTags.AcquisitionNumber, "1")
                .Add(DicomTags.ConvolutionKernel, "BRAIN")
                .Add(DicomTags.GantryDetectorTilt, options.TiltDegrees)
                .Add(DicomTags.SliceThickness, Rounded(step))
                .Add(DicomTags.FrameOfReferenceUID, ids.Uid("frame"))
                .AddEmpty(DicomTags.PositionReferenceIndicator)
                .Add(DicomTags.PatientPosition, "HFS")
                .Add(DicomTags.ImagePositionPatient, Rounded(-half), Rounded(-half * colY), Rounded(z0 - (half * colZ)))
                .Add(DicomTags.ImageOrientationPatient, 1.0, 0.0, 0.0, 0.0, Rounded(colY), Rounded(colZ))
                .Add(DicomTags.PixelSpacing, mm, mm)
                .Add(DicomTags.RescaleIntercept, 0.0)
                .Add(DicomTags.RescaleSlope, 1.0)
                .Add(DicomTags.RescaleType, "HU")
                .Add(DicomTags.WindowCenter, 40.0)
                .Add(DicomTags.WindowWidth, 80.0);
            Pixels(d, size, size, 16, signed: true, bytes);
            file($"head-ct-{slice + 1:000}.dcm", Part10(d));
        }

        return HeadCtPhantom.Measure(model, options);
    }

    private static DicomDataset Common(Identity ids, string sopClass, string modality, string description, int instance) => new DicomDataset()
        .Add(DicomTags.SpecificCharacterSet, "ISO_IR 192")
        .Add(DicomTags.SOPClassUID, sopClass)
        .Add(DicomTags.SOPInstanceUID, ids.Uid($"instance.{instance}"))
        .Add(DicomTags.StudyDate, "20260101")
        .Add(DicomTags.SeriesDate, "20260101")
        .Add(DicomTags.ContentDate, "20260101")
        .Add(DicomTags.AcquisitionDate, "20260101")
        .Add(DicomTags.StudyTime, "080000")
        .Add(DicomTags.SeriesTime, "080000")
        .Add(DicomTags.ContentTime, "080000")
        .Add(DicomTags.AccessionNumber, ids.Short)
        .Add(DicomTags.Modality, modality)
        .Add(DicomTags.Manufacturer, "QureHost phantom")
        .AddEmpty(DicomTags.ReferringPhysicianName)
        .Add(DicomTags.StudyDescription, description)
        .Add(DicomTags.SeriesDescription, description)
        .Add(DicomTags.ManufacturerModelName, "QureHost.Phantoms")
        .Add(DicomTags.PatientName, $"Phantom^{ids.Short}")
        .Add(DicomTags.PatientID, $"PHANTOM-{ids.Short}")
        .AddEmpty(DicomTags.PatientBirthDate)
        .Add(DicomTags.PatientSex, "O")
        .Add(DicomTags.QualityControlSubject, "YES")
        .Add(DicomTags.StudyInstanceUID, ids.Uid("study"))
        .Add(DicomTags.SeriesInstanceUID, ids.Uid("series"))
        .Add(DicomTags.StudyID, "1")
        .Add(DicomTags.SeriesNumber, 1)
        .Add(DicomTags.InstanceNumber, instance);

    private static void Pixels(DicomDataset d, int rows, int columns, int stored, bool signed, byte[] bytes) => d
        .Add(DicomTags.SamplesPerPixel, 1)
        .Add(DicomTags.PhotometricInterpretation, "MONOCHROME2")
        .Add(DicomTags.Rows, rows)
        .Add(DicomTags.Columns, columns)
        .Add(DicomTags.BitsAllocated, 16)
        .Add(DicomTags.BitsStored, stored)
        .Add(DicomTags.HighBit, stored - 1)
        .Add(DicomTags.PixelRepresentation, signed ? 1 : 0)
        .AddBytes(DicomTags.PixelData, DicomVr.OW, bytes);

    private static DicomDataset Code(string value, string scheme, string meaning) => new DicomDataset()
        .Add(DicomTags.CodeValue, value)
        .Add(DicomTags.CodingSchemeDesignator, scheme)
        .Add(DicomTags.CodeMeaning, meaning);

    private static byte[] Part10(DicomDataset d)
    {
        using var stream = new MemoryStream();
        DicomFile.Write(stream, d, TransferSyntax.ExplicitLittleEndian);
        return stream.ToArray();
    }

    private static double Rounded(double v) => Math.Round(v, 6);

    private static int HashCode(int seed, int slice) => unchecked((seed * 1_000_003) + slice);

    /// <summary>UIDs under 2.25 from a hash of kind and options.</summary>
    private sealed class Identity(string kind, PhantomOptions options)
    {
        private readonly string _key = string.Create(CultureInfo.InvariantCulture, $"{kind}|{options}");

        public string Short => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(_key)))[..8];

        public string Uid(string of)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{_key}|{of}"));
            return "2.25." + new System.Numerics.BigInteger(hash.AsSpan(0, 15), isUnsigned: true).ToString(CultureInfo.InvariantCulture);
        }
    }
}
