using System.Buffers;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;
using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>
/// What is to be changed before the dataset: nothing for a proper Part 10 file; otherwise its first
/// <paramref name="Skip"/> bytes give way to <paramref name="Replacement"/>, so that what is stored is always a
/// Part 10 file that names its encoding rightly.
/// </summary>
internal readonly record struct HeadChange(int Skip, byte[] Replacement)
{
    public static readonly HeadChange None = new(0, []);
}

/// <summary>Takes from a parsed file what the index keeps, or says why it cannot be stored.</summary>
internal static class InstanceReader
{
    private const int MostMetadataBytes = 32 << 20;
    private const int HashChunk = 1 << 20;

    /// <summary>Reads a part in memory.</summary>
    public static IngestSlot Read(ReadOnlyMemory<byte> bytes, IngestGroup group, out HeadChange head)
    {
        head = HeadChange.None;
        try
        {
            var file = DicomFile.Parse(bytes, ReadOptions);
            if (Problem(file, group, out var id) is { } refused)
                return refused;
            head = HeadOf(file, bytes.Span);
            var hash = XxHash128.Hash(bytes.Span[(int)file.DatasetOffset..]);
            return Finish(file, id, hash, head.Replacement.Length - head.Skip);
        }
        catch (DicomFormatException e)
        {
            return IngestSlot.Refused(FailureReasons.CannotUnderstand, e.Message);
        }
    }

    /// <summary>Reads a part that went to its file, in bounded memory.</summary>
    public static async ValueTask<IngestSlot> ReadAsync(SafeFileHandle handle, long length, IngestGroup group, CancellationToken ct)
    {
        try
        {
            // Not disposed: the handle stays its owner's.
            var file = await DicomFile.ReadAsync(new HandleStream(handle, 0, length), ReadOptions, ct).ConfigureAwait(false);
            if (Problem(file, group, out var id) is { } refused)
                return refused;
            var start = new byte[132];
            RandomAccess.Read(handle, start, 0);
            if (NeedsHead(file, start))
                return IngestSlot.Refused(FailureReasons.CannotUnderstand, "Files without a proper Part 10 header are taken up to a few megabytes only.");
            var hash = new XxHash128();
            var chunk = ArrayPool<byte>.Shared.Rent(HashChunk);
            for (var at = file.DatasetOffset; at < length;)
            {
                var read = RandomAccess.Read(handle, chunk, at);
                if (read == 0)
                    break;
                hash.Append(chunk.AsSpan(0, read));
                at += read;
            }

            ArrayPool<byte>.Shared.Return(chunk);
            return Finish(file, id, hash.GetCurrentHash(), 0);
        }
        catch (DicomFormatException e)
        {
            return IngestSlot.Refused(FailureReasons.CannotUnderstand, e.Message);
        }
    }

    private static readonly DicomReadOptions ReadOptions = new() { KeepBelow = 64 * 1024 };

    private static IngestSlot Finish(DicomFile file, DicomIdentity id, byte[] hash, long shift)
    {
        var metadata = MetadataJson.Write(file, id);
        if (metadata.Length > MostMetadataBytes)
            return IngestSlot.Refused(FailureReasons.OutOfResources, "The dataset without its pixels is larger than the index can keep.");
        var d = file.Dataset;
        var frames = file.Pixels is { } pixels ? Math.Max(pixels.FrameCount, 1) : 0;
        return IngestSlot.Of(new Instance
        {
            StudyUid = id.StudyUid,
            SeriesUid = id.SeriesUid,
            SopInstanceUid = id.SopInstanceUid,
            SopClassUid = id.SopClassUid,
            TransferSyntaxUid = file.TransferSyntax.Uid,
            Study = new StudyFacts
            {
                PatientName = d.GetString(DicomTags.PatientName),
                PatientId = d.GetString(DicomTags.PatientID),
                Issuer = d.GetString(DicomTags.IssuerOfPatientID),
                Sex = d.GetString(DicomTags.PatientSex),
                BirthDate = d.GetString(DicomTags.PatientBirthDate),
                Date = d.GetString(DicomTags.StudyDate),
                Time = d.GetString(DicomTags.StudyTime),
                Accession = d.GetString(DicomTags.AccessionNumber),
                StudyId = d.GetString(DicomTags.StudyID),
                Description = d.GetString(DicomTags.StudyDescription),
                Referring = d.GetString(DicomTags.ReferringPhysicianName),
            },
            Series = new SeriesFacts
            {
                Modality = d.GetString(DicomTags.Modality),
                Number = d.GetInt32(DicomTags.SeriesNumber),
                Description = d.GetString(DicomTags.SeriesDescription),
                BodyPart = d.GetString(DicomTags.BodyPartExamined),
                Laterality = d.GetString(DicomTags.Laterality),
                Date = d.GetString(DicomTags.SeriesDate),
                Time = d.GetString(DicomTags.SeriesTime),
                PerformedDate = d.GetString(DicomTags.PerformedProcedureStepStartDate),
                PerformedTime = d.GetString(DicomTags.PerformedProcedureStepStartTime),
                Station = d.GetString(DicomTags.StationName),
                Manufacturer = d.GetString(DicomTags.Manufacturer),
            },
            Number = d.GetInt32(DicomTags.InstanceNumber),
            Frames = frames,
            // Ranges of a deflated dataset count in the inflated one: nothing in the file to point at.
            Ranges = file.Pixels is { } p && !file.TransferSyntax.IsDeflated ? FrameRanges.Encode(p.Frames, p.IsEncapsulated, shift) : null,
            Hash = hash,
            Row = InstanceRowJson(d, id, file.TransferSyntax.Uid),
            Metadata = metadata,
            Warnings = file.Pixels?.Problem is { } problem ? [.. id.Warnings, problem] : id.Warnings,
        });
    }

    private static byte[] InstanceRowJson(DicomDataset d, DicomIdentity id, string transferSyntax)
    {
        using var row = new RowJson();
        return row
            .Text("00080016", "UI", id.SopClassUid)
            .Text("00080018", "UI", id.SopInstanceUid)
            .Text("00080056", "CS", "ONLINE")
            .Url("00081190", $"/studies/{id.StudyUid}/series/{id.SeriesUid}/instances/{id.SopInstanceUid}")
            .Text("00083002", "UI", transferSyntax)
            .Text("0020000D", "UI", id.StudyUid)
            .Text("0020000E", "UI", id.SeriesUid)
            .Number("00200013", "IS", d.GetInt32(DicomTags.InstanceNumber))
            .OptionalNumber("00280008", "IS", d.GetInt32(DicomTags.NumberOfFrames))
            .OptionalNumber("00280010", "US", d.GetInt32(DicomTags.Rows))
            .OptionalNumber("00280011", "US", d.GetInt32(DicomTags.Columns))
            .OptionalNumber("00280100", "US", d.GetInt32(DicomTags.BitsAllocated))
            .ToBytes();
    }

    private static IngestSlot? Problem(DicomFile file, IngestGroup group, out DicomIdentity id)
    {
        if (!DicomIdentity.TryRead(file.Dataset, out id, out var problem))
            return IngestSlot.Refused(FailureReasons.DatasetDoesNotMatch, problem);
        return group.StudyUid is { } study && study != id.StudyUid
            ? Refused(id, FailureReasons.DatasetDoesNotMatch, "The instance belongs to another study than the one it was sent to.") : null;
    }

    private static IngestSlot Refused(DicomIdentity id, ushort reason, string message) => new()
    {
        Outcome = new IngestOutcome
        {
            Status = IngestStatus.Refused,
            StudyUid = id.StudyUid,
            SeriesUid = id.SeriesUid,
            SopInstanceUid = id.SopInstanceUid,
            SopClassUid = id.SopClassUid,
            FailureReason = reason,
            Message = message,
        },
    };

    private static HeadChange HeadOf(DicomFile file, ReadOnlySpan<byte> bytes)
    {
        if (!NeedsHead(file, bytes))
            return HeadChange.None;
        var syntax = file.TransferSyntax;
        if (file.IsExplicitVr != syntax.IsExplicitVr && !syntax.IsEncapsulated && !syntax.IsBigEndian)
            syntax = file.IsExplicitVr ? TransferSyntax.ExplicitLittleEndian : TransferSyntax.ImplicitLittleEndian;
        return new HeadChange((int)file.DatasetOffset, [.. new byte[128], .. "DICM"u8, .. DicomFile.MetaBytes(file.Dataset, syntax)]);
    }

    private static bool NeedsHead(DicomFile file, ReadOnlySpan<byte> start) =>
        start.Length < 132 || !start[128..132].SequenceEqual("DICM"u8)
        || file.Meta.GetString(DicomTags.TransferSyntaxUID) is null
        || (file.IsExplicitVr != file.TransferSyntax.IsExplicitVr && !file.TransferSyntax.IsEncapsulated);
}
