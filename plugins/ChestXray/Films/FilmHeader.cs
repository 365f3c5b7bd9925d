using QureHost.Sdk.Results;
using QureHost.Sdk.Studies;

namespace QureHost.Plugins.ChestXray.Films;

/// <summary>What an instance's attributes say about the film, before a pixel is looked at.</summary>
internal sealed record FilmHeader
{
    private const uint ProtocolName = 0x00181030;
    private const uint ViewCodeSequence = 0x00540220;
    private const uint CodeMeaning = 0x00080104;

    private static readonly HashSet<string> RadiographModalities = ["CR", "DX", "RG"];
    private static readonly HashSet<string> CaptureModalities = ["OT", "SC"];

    public required ImageRef Image { get; init; }

    /// <summary>Modality (0008,0060).</summary>
    public required string Modality { get; init; }

    /// <summary>Body Part Examined (0018,0015), or null.</summary>
    public string? BodyPart { get; init; }

    /// <summary>View Position (0018,5101), or the meaning of the view code, or null.</summary>
    public string? View { get; init; }

    public string? SeriesDescription { get; init; }

    /// <summary>Conversion Type (0008,0064) is SYN, or the equipment calls itself a phantom's.</summary>
    public bool Synthetic { get; init; }

    public int Frames { get; init; } = 1;

    public int Rows { get; init; }

    public int Columns { get; init; }

    public double? AgeYears { get; init; }

    /// <summary>Patient Orientation (0020,0020), first value: where the rows point. Usually L on a frontal film.</summary>
    public string? RowsPointTo { get; init; }

    /// <summary>The tube stood in front of the patient: the heart is drawn larger.</summary>
    public bool IsAp => View is { } view && (view.StartsWith("AP", StringComparison.OrdinalIgnoreCase) || view.Contains("antero-posterior", StringComparison.OrdinalIgnoreCase));

    /// <summary>The left of the image shows the patient's left.</summary>
    public bool IsMirrored => RowsPointTo?.StartsWith('R') ?? false;

    /// <summary>A radiograph, or a capture whose attributes speak of a chest: worth the gate's verdict.</summary>
    public bool ClaimsToBeFilm => RadiographModalities.Contains(Modality)
        || ((CaptureModalities.Contains(Modality) || Modality.Length == 0) && (MeansChest(BodyPart) || MeansChest(SeriesDescription)));

    public static FilmHeader Of(ISeries series, string sop)
    {
        var tags = series.TagsOf(sop);
        return new FilmHeader
        {
            Image = new ImageRef(sop),
            Modality = (tags.Text(TagNumbers.Modality) ?? series.Modality).ToUpperInvariant(),
            BodyPart = tags.Text(TagNumbers.BodyPartExamined),
            View = tags.Text(TagNumbers.ViewPosition) ?? tags.Items(ViewCodeSequence).Select(i => i.Text(CodeMeaning)).FirstOrDefault(t => t is not null),
            SeriesDescription = tags.Text(TagNumbers.SeriesDescription) ?? tags.Text(ProtocolName),
            Synthetic = tags.Text(TagNumbers.ConversionType) == "SYN" || IsPhantom(tags),
            Frames = (int)Math.Clamp(tags.Number(TagNumbers.NumberOfFrames) ?? 1, 1, int.MaxValue),
            Rows = (int)Math.Clamp(tags.Number(TagNumbers.Rows) ?? 0, 0, ushort.MaxValue),
            Columns = (int)Math.Clamp(tags.Number(TagNumbers.Columns) ?? 0, 0, ushort.MaxValue),
            AgeYears = PatientAge.Years(tags.Text(TagNumbers.PatientAge)),
            RowsPointTo = tags.Text(TagNumbers.PatientOrientation)?.ToUpperInvariant(),
        };
    }

    /// <summary>True for CHEST, THORAX, "PORT CHEST", "CHEST_TO_ABDOMEN" and the like.</summary>
    public static bool MeansChest(string? text) => text is not null
        && (text.Contains("CHEST", StringComparison.OrdinalIgnoreCase) || text.Contains("THORA", StringComparison.OrdinalIgnoreCase) || text.Contains("LUNG", StringComparison.OrdinalIgnoreCase));

    private static bool IsPhantom(ITags tags) =>
        new[] { TagNumbers.Manufacturer, TagNumbers.ManufacturerModelName, TagNumbers.SeriesDescription, TagNumbers.StudyDescription }
            .Any(tag => tags.Text(tag)?.Contains("phantom", StringComparison.OrdinalIgnoreCase) ?? false);
}
