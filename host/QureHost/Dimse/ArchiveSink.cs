using QureHost.Archive;
using QureHost.Dicom.Network;
using QureHost.Dicom.Network.Dimse;
using QureHost.Dicom.Network.Services;

namespace QureHost.Dimse;

/// <summary>C-STORE into the archive: a group an instance, so that its response means that it is durable.</summary>
internal sealed class ArchiveSink(ArchiveStore archive) : IStoreSink
{
    public async ValueTask<StoreOutcome> StoreAsync(StoreRequest request, Stream part10, CancellationToken ct)
    {
        try
        {
            await using var group = archive.Ingest.Begin(request.Association.Site, $"dimse:{request.Association.CallingAe}");
            await group.AddAsync(part10, ct);
            var outcome = (await group.CommitAsync(ct))[0];
            return outcome.Status == IngestStatus.Refused
                ? new StoreOutcome(StatusOf(outcome.FailureReason), outcome.Message)
                : new StoreOutcome(DimseStatus.Success);
        }
        catch (ArchiveException e)
        {
            return new StoreOutcome(e.Error == ArchiveError.DiskFull ? FailureReasons.OutOfResources : FailureReasons.ProcessingFailure, e.Message);
        }
    }

    public async ValueTask AssociationEndedAsync(AssociationInfo association, bool released) =>
        await archive.Audit.RecordAsync(new AuditEntry($"ae:{association.CallingAe}", association.Site, null, "dicom.store"), CancellationToken.None);

    /// <summary>Status codes of the Storage service (PS3.4 §B.2.3).</summary>
    private static ushort StatusOf(ushort reason) => reason is FailureReasons.OutOfResources or FailureReasons.DatasetDoesNotMatch or FailureReasons.CannotUnderstand or FailureReasons.DuplicateSopInstance
        ? reason
        : FailureReasons.CannotUnderstand;
}
