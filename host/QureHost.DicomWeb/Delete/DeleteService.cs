using Microsoft.AspNetCore.Http;
using QureHost.Archive;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Retrieve;

namespace QureHost.DicomWeb.Delete;

/// <summary>Deletes a study, series or instance: no part of the standard, but what every server of its kind offers.</summary>
internal sealed class DeleteService(ArchiveStore archive, ObjectHandles handles)
{
    public async Task DeleteAsync(DicomWebRequest request)
    {
        var gone = await archive.Index.DeleteAsync(request.Site, request.StudyUid!, request.SeriesUid, request.SopInstanceUid, request.Aborted);
        handles.CloseAll();
        request.Response.StatusCode = gone > 0 ? StatusCodes.Status204NoContent : throw Missing.Resource();
    }
}
