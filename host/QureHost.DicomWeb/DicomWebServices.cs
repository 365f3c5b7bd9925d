using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using QureHost.Archive;
using QureHost.DicomWeb.Access;
using QureHost.DicomWeb.Capabilities;
using QureHost.DicomWeb.Delete;
using QureHost.DicomWeb.Http;
using QureHost.DicomWeb.Render;
using QureHost.DicomWeb.Retrieve;
using QureHost.DicomWeb.Search;
using QureHost.DicomWeb.Store;

namespace QureHost.DicomWeb;

/// <summary>
/// Brings the DICOMweb services into a web application. The host registers <see cref="ArchiveStore"/>, an
/// <see cref="IDicomWebAccess"/>, <see cref="TimeProvider"/> and the policies of <see cref="DicomWebPolicies"/>, and calls
/// <c>UseRouting</c>, <c>UseCors</c> and <c>UseAuthorization</c> in that order.
/// </summary>
public static class DicomWebServices
{
    /// <summary>Name of the CORS policy on all DICOMweb paths.</summary>
    public const string CorsPolicy = "dicomweb";

    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddDicomWeb(this IServiceCollection services, DicomWebOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ObjectHandles>();
        services.AddSingleton<PixelSource>();
        services.AddSingleton<StoreService>();
        services.AddSingleton<SearchService>();
        services.AddSingleton<InstancesService>();
        services.AddSingleton<MetadataService>();
        services.AddSingleton<FramesService>();
        services.AddSingleton<BulkDataService>();
        services.AddSingleton<RenderedService>();
        services.AddSingleton<DeleteService>();
        services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy =>
        {
            if (options.CorsOrigins.Contains("*"))
            {
                policy.AllowAnyOrigin();
            }
            else
            {
                policy.WithOrigins([.. options.CorsOrigins]);
            }

            policy.AllowAnyHeader()
                .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Delete, HttpMethods.Options)
                .WithExposedHeaders("Content-Location", "Content-Range", "ETag", "Warning")
                .SetPreflightMaxAge(TimeSpan.FromHours(1));
        }));
        return services;
    }

    /// <summary>Maps <c>/dicomweb</c> (the default site) and <c>/sites/{site}/dicomweb</c>.</summary>
    public static IEndpointRouteBuilder MapDicomWeb(this IEndpointRouteBuilder routes)
    {
        MapBelow(routes.MapGroup("/dicomweb"), routes.ServiceProvider);
        MapBelow(routes.MapGroup("/sites/{site}/dicomweb"), routes.ServiceProvider);
        return routes;
    }

    private static void MapBelow(RouteGroupBuilder root, IServiceProvider services)
    {
        const string Study = "/studies/{study}";
        const string Series = Study + "/series/{series}";
        const string Instance = Series + "/instances/{instance}";

        root.Map([HttpMethods.Options, HttpMethods.Get], "/", DicomWebAction.Search, CapabilitiesService.SendAsync);

        var store = services.GetRequiredService<StoreService>();
        root.Map([HttpMethods.Post], "/studies", DicomWebAction.Store, store.StoreAsync);
        root.Map([HttpMethods.Post], Study, DicomWebAction.Store, store.StoreAsync);

        var search = services.GetRequiredService<SearchService>();
        root.Map(Read, "/studies", DicomWebAction.Search, r => search.SearchAsync(r, QidoLevel.Study));
        foreach (var path in new[] { "/series", Study + "/series" })
        {
            root.Map(Read, path, DicomWebAction.Search, r => search.SearchAsync(r, QidoLevel.Series));
        }

        foreach (var path in new[] { "/instances", Study + "/instances", Series + "/instances" })
        {
            root.Map(Read, path, DicomWebAction.Search, r => search.SearchAsync(r, QidoLevel.Instance));
        }

        var instances = services.GetRequiredService<InstancesService>();
        var metadata = services.GetRequiredService<MetadataService>();
        var rendered = services.GetRequiredService<RenderedService>();
        var delete = services.GetRequiredService<DeleteService>();
        foreach (var path in new[] { Study, Series, Instance })
        {
            root.Map(Read, path, DicomWebAction.Retrieve, instances.SendAsync);
            root.Map(Read, path + "/metadata", DicomWebAction.Retrieve, metadata.SendAsync);
            root.Map(Read, path + "/rendered", DicomWebAction.Retrieve, rendered.SendRenderedAsync);
            root.Map(Read, path + "/thumbnail", DicomWebAction.Retrieve, rendered.SendThumbnailAsync);
            root.Map([HttpMethods.Delete], path, DicomWebAction.Delete, delete.DeleteAsync);
        }

        var frames = services.GetRequiredService<FramesService>();
        root.Map(Read, Instance + "/frames/{frames}", DicomWebAction.Retrieve, frames.SendAsync);
        root.Map(Read, Instance + "/frames/{frames}/rendered", DicomWebAction.Retrieve, rendered.SendRenderedAsync);
        root.Map(Read, Instance + "/frames/{frames}/thumbnail", DicomWebAction.Retrieve, rendered.SendThumbnailAsync);

        var bulk = services.GetRequiredService<BulkDataService>();
        root.Map(Read, Instance + "/pixeldata", DicomWebAction.Retrieve, bulk.SendPixelDataAsync);
        root.Map(Read, Instance + "/bulkdata", DicomWebAction.Retrieve, bulk.SendAllAsync);
        root.Map(Read, Instance + "/bulkdata/{**path}", DicomWebAction.Retrieve, bulk.SendAsync);
    }
}
