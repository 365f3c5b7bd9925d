namespace QureHost.Archive;

/// <summary>A study as a worklist shows it.</summary>
public sealed record StudyRow
{
    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    /// <summary>PN as stored: <c>Doe^Jane</c>.</summary>
    public string? PatientName { get; init; }

    public string? PatientId { get; init; }

    public string? IssuerOfPatientId { get; init; }

    public string? Sex { get; init; }

    /// <summary>DA, <c>YYYYMMDD</c>.</summary>
    public string? BirthDate { get; init; }

    /// <summary>DA, <c>YYYYMMDD</c>.</summary>
    public string? StudyDate { get; init; }

    /// <summary>TM as stored.</summary>
    public string? StudyTime { get; init; }

    public string? AccessionNumber { get; init; }

    public string? Description { get; init; }

    public string? StudyId { get; init; }

    public string? ReferringPhysician { get; init; }

    public IReadOnlyList<string> Modalities { get; init; } = [];

    public int SeriesCount { get; init; }

    public int InstanceCount { get; init; }

    /// <summary>When the first instance was committed.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the last instance was committed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the last instance that no run of ours wrote was committed: quiet time counts from here.</summary>
    public DateTimeOffset LastOutsideAt { get; init; }

    /// <summary>True from <c>study.settled</c> until a further instance from outside comes.</summary>
    public bool Settled { get; init; }

    /// <summary>What a person should look at: <c>patient-mismatch</c>.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];
}

public sealed record SeriesRow
{
    public required string StudyUid { get; init; }

    public required string SeriesUid { get; init; }

    public string? Modality { get; init; }

    public int? Number { get; init; }

    public string? Description { get; init; }

    public string? BodyPart { get; init; }

    public int InstanceCount { get; init; }

    /// <summary>The run of ours that wrote it; null for what came from outside.</summary>
    public string? RunId { get; init; }
}

/// <summary>One stored instance: where its bytes are and its DICOM JSON, ready to send.</summary>
public sealed record InstanceRow
{
    private FrameRanges? frames;

    public required string Site { get; init; }

    public required string StudyUid { get; init; }

    public required string SeriesUid { get; init; }

    public required string SopInstanceUid { get; init; }

    public required string SopClassUid { get; init; }

    public required string TransferSyntaxUid { get; init; }

    public int? Number { get; init; }

    /// <summary>Path below the data directory, for <see cref="ObjectStore"/>.</summary>
    public required string ObjectPath { get; init; }

    /// <summary>Where the Part 10 stream begins in the object.</summary>
    public required long Offset { get; init; }

    /// <summary>Bytes of the Part 10 stream.</summary>
    public required long Length { get; init; }

    public required int NumberOfFrames { get; init; }

    /// <summary>
    /// Where each frame's bytes are, from the Part 10 stream's beginning; decoded at the first use. Null without pixel data
    /// and for deflated datasets, whose frames are nowhere in the file as such.
    /// </summary>
    public FrameRanges? Frames => EncodedFrames is null ? null : frames ??= FrameRanges.Decode(EncodedFrames);

    /// <summary>DICOM JSON object; the byte <see cref="JsonTemplate.BaseUrl"/> stands where the base URL goes. Empty where it was not asked for.</summary>
    public ReadOnlyMemory<byte> MetadataJson { get; init; }

    /// <summary>The run of ours that wrote it; null for what came from outside.</summary>
    public string? RunId { get; init; }

    /// <summary>XXH128 of the dataset without file meta, as stored.</summary>
    public required ReadOnlyMemory<byte> DatasetHash { get; init; }

    public required DateTimeOffset StoredAt { get; init; }

    internal byte[]? EncodedFrames { get; init; }
}
