using QureHost.Sdk.Results;

namespace QureHost.Sdk.Studies;

/// <summary>A read-only view of a study of one site. It grows while slices arrive.</summary>
public interface IStudy
{
    /// <summary>Study Instance UID (0020,000D).</summary>
    string Uid { get; }

    /// <summary>Patient and study attributes.</summary>
    ITags Tags { get; }

    /// <summary>Series received so far; objects that QureHost itself wrote are left out.</summary>
    IReadOnlyList<ISeries> Series { get; }

    /// <summary>
    /// Slices as they are stored, ending with <see cref="StudySettled"/>. What was stored before the call comes first;
    /// a later attempt sees all of it again.
    /// </summary>
    IAsyncEnumerable<StudyEvent> WatchAsync(CancellationToken ct);

    /// <summary>Earlier studies of the same patient (same site, issuer and Patient ID), newest first.</summary>
    IAsyncEnumerable<IStudy> PriorsAsync(CancellationToken ct);

    /// <summary>Final results of another product on this study; the manifest lists which products are read.</summary>
    IAsyncEnumerable<Result> ResultsOfAsync(string product, CancellationToken ct);

    /// <summary>Text reports attached to the study: SR text, encapsulated documents and posted texts, oldest first.</summary>
    IAsyncEnumerable<StudyReport> ReportsAsync(CancellationToken ct);
}

/// <summary>A series, as far as it has arrived.</summary>
public interface ISeries
{
    /// <summary>Series Instance UID (0020,000E).</summary>
    string Uid { get; }

    /// <summary>Modality (0008,0060): CT, CR, DX …</summary>
    string Modality { get; }

    /// <summary>SOP Instance UIDs in the order of Instance Number, then arrival.</summary>
    IReadOnlyList<string> SopUids { get; }

    /// <summary>Attributes of one instance, without bulk data.</summary>
    ITags TagsOf(string sop);

    /// <summary>One frame, decoded; the lease ends when it is disposed.</summary>
    /// <param name="sop">SOP Instance UID (0008,0018).</param>
    /// <param name="frame">Frame number from 0.</param>
    /// <param name="kind">Measured values (HU for CT) or display values.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <exception cref="PixelsUnavailableException">No pixels, a broken stream, or a transfer syntax that cannot be decoded here.</exception>
    ValueTask<ISlice> SliceAsync(string sop, int frame, PixelKind kind, CancellationToken ct);

    /// <summary>
    /// The slices of the series that share an orientation and size, sorted along their normal (towards the head for
    /// axial slices), in measured values. Not one block, so that decoding overlaps with arrival.
    /// </summary>
    /// <exception cref="PixelsUnavailableException">As for <see cref="SliceAsync"/>.</exception>
    ValueTask<IReadOnlyList<ISlice>> VolumeAsync(CancellationToken ct);

    /// <summary>The stored Part 10 stream of an instance (PS3.10), as received.</summary>
    ValueTask<Stream> Part10Async(string sop, CancellationToken ct);
}

/// <summary>A text report attached to a study.</summary>
/// <param name="Id">Stable id: a SOP Instance UID, or the id of a posted text.</param>
/// <param name="Source"><c>sr</c>, <c>encapsulated</c> or <c>posted</c>.</param>
/// <param name="Modality">What was reported: the study's modalities, joined by a backslash.</param>
/// <param name="Text">Plain text, lines separated by a line feed.</param>
/// <param name="At">When it was attached.</param>
public sealed record StudyReport(string Id, string Source, string Modality, string Text, DateTimeOffset At);

/// <summary>Something that happened to a study while a product watches it.</summary>
public abstract record StudyEvent;

/// <summary>An instance is stored and can be read.</summary>
public sealed record SliceStored(string SeriesUid, string SopUid) : StudyEvent;

/// <summary>A report was attached.</summary>
public sealed record ReportAdded(string ReportId) : StudyEvent;

/// <summary>Nothing more is expected: quiet time passed, or the sender said so.</summary>
public sealed record StudySettled : StudyEvent;

/// <summary>Pixels of an instance cannot be had; the message is fit for a person.</summary>
public sealed class PixelsUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
