using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using QureHost.Archive;
using QureHost.DicomWeb.Negotiation;

namespace QureHost.DicomWeb.Http;

/// <summary>A request with what its path says: site, study, series, instance.</summary>
internal sealed class DicomWebRequest(HttpContext context)
{
    private string? _baseUrl;
    private AcceptList? _accept;

    public HttpContext Context => context;

    public HttpRequest Http => context.Request;

    public HttpResponse Response => context.Response;

    public CancellationToken Aborted => context.RequestAborted;

    public string Site { get; } = context.GetRouteValue("site") as string ?? ArchiveStore.DefaultSite;

    public string? StudyUid { get; } = context.GetRouteValue("study") as string;

    public string? SeriesUid { get; } = context.GetRouteValue("series") as string;

    public string? SopInstanceUid { get; } = context.GetRouteValue("instance") as string;

    public AcceptList Accept => _accept ??= AcceptList.Of(Http);

    /// <summary>Address of the site's DICOMweb root, as this client wrote it, without a slash at its end.</summary>
    public string BaseUrl => _baseUrl ??= MakeBaseUrl();

    /// <summary>Address of what the path names down to its instance.</summary>
    public string ResourceUrl(string? series = null, string? instance = null) =>
        InstanceUrl(StudyUid!, series ?? SeriesUid, instance ?? SopInstanceUid);

    public string InstanceUrl(string study, string? series, string? instance)
    {
        var url = $"{BaseUrl}/studies/{study}";
        return series is null ? url : instance is null ? $"{url}/series/{series}" : $"{url}/series/{series}/instances/{instance}";
    }

    private string MakeBaseUrl()
    {
        var root = $"{Http.Scheme}://{Http.Host.ToUriComponent()}{Http.PathBase.ToUriComponent()}";
        return context.GetRouteValue("site") is string site ? $"{root}/sites/{Uri.EscapeDataString(site)}/dicomweb" : root + "/dicomweb";
    }
}
