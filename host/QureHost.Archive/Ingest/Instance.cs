namespace QureHost.Archive;

/// <summary>What the index keeps of an instance that was parsed: strings of its own, nothing of the buffer it came in.</summary>
internal sealed record Instance
{
    public required string StudyUid { get; init; }

    public required string SeriesUid { get; init; }

    public required string SopInstanceUid { get; init; }

    public required string SopClassUid { get; init; }

    public required string TransferSyntaxUid { get; init; }

    public required StudyFacts Study { get; init; }

    public required SeriesFacts Series { get; init; }

    public int? Number { get; init; }

    public required int Frames { get; init; }

    public byte[]? Ranges { get; init; }

    public required byte[] Hash { get; init; }

    /// <summary>DICOM JSON of the instance level's row.</summary>
    public required byte[] Row { get; init; }

    /// <summary>DICOM JSON of the whole dataset.</summary>
    public required byte[] Metadata { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Patient and study attributes as one instance tells them.</summary>
internal sealed record StudyFacts
{
    public string? PatientName { get; init; }

    public string? PatientId { get; init; }

    public string? Issuer { get; init; }

    public string? Sex { get; init; }

    public string? BirthDate { get; init; }

    public string? Date { get; init; }

    public string? Time { get; init; }

    public string? Accession { get; init; }

    public string? StudyId { get; init; }

    public string? Description { get; init; }

    public string? Referring { get; init; }

    /// <summary>These facts, with what they leave open taken from others.</summary>
    public StudyFacts FilledFrom(StudyFacts other) => new()
    {
        PatientName = Or(PatientName, other.PatientName),
        PatientId = Or(PatientId, other.PatientId),
        Issuer = Or(Issuer, other.Issuer),
        Sex = Or(Sex, other.Sex),
        BirthDate = Or(BirthDate, other.BirthDate),
        Date = Or(Date, other.Date),
        Time = Or(Time, other.Time),
        Accession = Or(Accession, other.Accession),
        StudyId = Or(StudyId, other.StudyId),
        Description = Or(Description, other.Description),
        Referring = Or(Referring, other.Referring),
    };

    private static string? Or(string? mine, string? other) => string.IsNullOrEmpty(mine) ? other : mine;
}

/// <summary>Series attributes as its first instance tells them.</summary>
internal sealed record SeriesFacts
{
    public string? Modality { get; init; }

    public int? Number { get; init; }

    public string? Description { get; init; }

    public string? BodyPart { get; init; }

    public string? Laterality { get; init; }

    public string? Date { get; init; }

    public string? Time { get; init; }

    public string? PerformedDate { get; init; }

    public string? PerformedTime { get; init; }

    public string? Station { get; init; }

    public string? Manufacturer { get; init; }
}
