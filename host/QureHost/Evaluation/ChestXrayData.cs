using QureHost.Dicom;
using QureHost.Sdk.Vocabulary;
using SkiaSharp;

namespace QureHost.Evaluation;

/// <summary>A labelled set of chest films: <c>labels.csv</c> with <c>images/</c> and, where a row names one, <c>dicom/</c>.</summary>
internal sealed class ChestXrayData
{
    /// <summary>Columns of ChestX-ray14.</summary>
    private static readonly string[] Labels =
        ["Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Effusion", "Emphysema", "Fibrosis", "Hernia", "Infiltration", "Mass", "Nodule", "Pleural_Thickening", "Pneumonia", "Pneumothorax"];

    private readonly string _folder;
    private readonly CsvTable _table;

    private ChestXrayData(string folder, CsvTable table)
    {
        _folder = folder;
        _table = table;
        Findings = [.. Labels.Where(table.Has).Select(column => (column, column.ToLowerInvariant(), FindingVocabulary.NameOf(column) ?? column.ToLowerInvariant()))];
    }

    /// <summary>Column, its name in snake_case, and the vocabulary's name.</summary>
    public IReadOnlyList<(string Column, string Name, string Vocabulary)> Findings { get; }

    public IReadOnlyList<string[]> Rows => _table.Rows;

    /// <exception cref="InvalidDataException">There is no table of labels, or none of its columns is known.</exception>
    public static ChestXrayData Open(string folder)
    {
        var path = Path.Combine(folder, "labels.csv");
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{folder} holds no labels.csv.");
        }

        var data = new ChestXrayData(folder, CsvTable.Read(path));
        return data.Findings.Count > 0 ? data : throw new InvalidDataException($"{path} has none of the columns {string.Join(", ", Labels)}.");
    }

    public string IdOf(string[] row) => First(row, "id", "image", "png");

    /// <summary>The patient, whose films stay together in every resample.</summary>
    public string PatientOf(string[] row) => First(row, "patient_key", "patient", "id", "image");

    /// <summary>
    /// The label, or null where the row's source did not label the finding: sets other than ChestX-ray14 say only whether
    /// there is pneumonia.
    /// </summary>
    public bool? TruthOf(string[] row, string column)
    {
        var source = _table.At(row, "dataset");
        if (source.Length > 0 && !source.Contains("NIH", StringComparison.OrdinalIgnoreCase) && column != "Pneumonia")
        {
            return null;
        }

        return _table.At(row, column).Trim() switch { "1" or "1.0" => true, "0" or "0.0" => false, _ => null };
    }

    /// <summary>The film as a Part 10 stream: its DICOM file, or its picture wrapped as a DX image.</summary>
    /// <exception cref="InvalidDataException">Neither is there, or the picture cannot be decoded.</exception>
    public byte[] Part10Of(string[] row)
    {
        if (Existing(_table.At(row, "dicom")) is { } dicom)
        {
            return File.ReadAllBytes(dicom);
        }

        var name = First(row, "png", "image");
        var picture = Existing(name) ?? Existing(Path.Combine("images", name)) ?? throw new InvalidDataException($"{IdOf(row)}: no file {name} below {_folder}.");
        return Wrap(picture, _table.At(row, "view") is { Length: > 0 } view ? view : "PA", IdOf(row));
    }

    private string? Existing(string relative)
    {
        if (relative.Length == 0)
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(_folder, relative));
        return path.StartsWith(Path.GetFullPath(_folder), StringComparison.Ordinal) && File.Exists(path) ? path : null;
    }

    private string First(string[] row, params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            if (_table.At(row, column) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return "";
    }

    private static byte[] Wrap(string picture, string view, string id)
    {
        using var bitmap = Decode(picture);
        var pixels = new byte[bitmap.Width * bitmap.Height];
        for (var y = 0; y < bitmap.Height; y++)
        {
            bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes, bitmap.Width).CopyTo(pixels.AsSpan(y * bitmap.Width));
        }

        var d = new DicomDataset()
            .Add(DicomTags.SOPClassUID, SopClasses.DigitalXRayImageForPresentation)
            .Add(DicomTags.SOPInstanceUID, DicomUid.New())
            .Add(DicomTags.StudyInstanceUID, DicomUid.New())
            .Add(DicomTags.SeriesInstanceUID, DicomUid.New())
            .Add(DicomTags.PatientID, id)
            .Add(DicomTags.Modality, "DX")
            .Add(DicomTags.BodyPartExamined, "CHEST")
            .Add(DicomTags.ViewPosition, view)
            .Add(DicomTags.SamplesPerPixel, 1)
            .Add(DicomTags.PhotometricInterpretation, "MONOCHROME2")
            .Add(DicomTags.Rows, bitmap.Height)
            .Add(DicomTags.Columns, bitmap.Width)
            .Add(DicomTags.BitsAllocated, 8)
            .Add(DicomTags.BitsStored, 8)
            .Add(DicomTags.HighBit, 7)
            .Add(DicomTags.PixelRepresentation, 0)
            .AddBytes(DicomTags.PixelData, DicomVr.OB, pixels);
        using var stream = new MemoryStream();
        DicomFile.Write(stream, d, TransferSyntax.ExplicitLittleEndian);
        return stream.ToArray();
    }

    private static SKBitmap Decode(string picture)
    {
        using var codec = SKCodec.Create(picture) ?? throw new InvalidDataException($"{Path.GetFileName(picture)} is not a picture that can be decoded.");
        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Gray8, SKAlphaType.Opaque));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new InvalidDataException($"{Path.GetFileName(picture)} is damaged.");
        }

        return bitmap;
    }
}
