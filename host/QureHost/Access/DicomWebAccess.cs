using QureHost.Archive;
using QureHost.DicomWeb.Access;

namespace QureHost.Access;

/// <summary>Sites and audit for the DICOMweb services; roles are the policies' part.</summary>
internal sealed class DicomWebAccess(ArchiveStore archive) : IDicomWebAccess
{
    public ValueTask<bool> MayAsync(HttpContext context, string site, DicomWebAction action, CancellationToken cancellationToken) =>
        ValueTask.FromResult(context.User.MaySee(site) && archive.Sites.Get(site) is not null);

    public ValueTask AuditAsync(HttpContext context, string site, string? studyUid, DicomWebAction action, CancellationToken cancellationToken) =>
        archive.Audit.RecordAsync(new AuditEntry(context.User.NameOf(), site, studyUid, NameOf(action)), cancellationToken);

    private static string NameOf(DicomWebAction action) => action switch
    {
        DicomWebAction.Search => "dicom.search",
        DicomWebAction.Retrieve => "dicom.retrieve",
        DicomWebAction.Store => "dicom.store",
        _ => "dicom.delete",
    };
}
