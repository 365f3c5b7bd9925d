using Microsoft.AspNetCore.Http;

namespace QureHost.DicomWeb.Access;

/// <summary>What the host knows about sites, their users and the audit. Asked once a request, not once a frame.</summary>
public interface IDicomWebAccess
{
    /// <summary>True where the site exists and the caller may do this in it. Otherwise the answer is 404, as for a site that is not there.</summary>
    ValueTask<bool> MayAsync(HttpContext context, string site, DicomWebAction action, CancellationToken cancellationToken);

    /// <summary>Records what was done; called before the answer leaves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="site">The site.</param>
    /// <param name="studyUid">The study, or null for a search over the site.</param>
    /// <param name="action">What is done.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    ValueTask AuditAsync(HttpContext context, string site, string? studyUid, DicomWebAction action, CancellationToken cancellationToken);
}
