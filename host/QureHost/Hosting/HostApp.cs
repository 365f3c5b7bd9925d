using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging.Console;
using Prometheus;
using QureHost.Access;
using QureHost.Api;
using QureHost.Archive;
using QureHost.DicomWeb;
using QureHost.DicomWeb.Access;
using QureHost.Dimse;
using QureHost.Inference;
using QureHost.Live;
using QureHost.Plugins;
using QureHost.Products;

namespace QureHost.Hosting;

/// <summary>Puts the rooms together: one archive, the services over it, and what runs beside them.</summary>
internal static class HostApp
{
    public static async Task<WebApplication> BuildAsync(ServeOptions options, CancellationToken ct)
    {
        MakeDataDirectory(options.DataDirectory);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "QureHost", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls(options.Urls).ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = null; // STOW-RS streams; other bodies are bounded where they are read
            k.Limits.MinRequestBodyDataRate = null;
        });
        builder.Configuration.AddEnvironmentVariables("QUREHOST_");
        Logging(builder.Logging);

        var services = builder.Services;
        var loggers = LoggerFactory.Create(Logging);
        var archive = await ArchiveStore.OpenAsync(new ArchiveOptions { DataDirectory = options.DataDirectory }, TimeProvider.System, loggers, ct);
        services.AddSingleton(_ => archive); // by a factory, so that the container closes it, last of all
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddRouting();
        services.AddAccess(options);
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            o.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
        });
        services.AddOpenApi("v1");
        services.AddSignalR(o => o.MaximumReceiveMessageSize = 32 * 1024).AddJsonProtocol(o => o.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull).AddMessagePackProtocol();
        services.AddSingleton<IDicomWebAccess, DicomWebAccess>();
        services.AddDicomWeb(new DicomWebOptions { CorsOrigins = options.CorsOrigins });
        services.AddProducts(options);
        services.AddOperations();
        services.AddHostedService<DimseService>();

        var app = builder.Build();
        await Bootstrap.PrepareAsync(archive, app.Services.GetRequiredService<Secrets>(), options, ct);
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerAsync });
        app.UsePageHeaders();
        app.UseMiddleware<OriginGuard>();
        app.MapWebPages();
        app.UseRouting();
        app.UseHttpMetrics(m => m.ReduceStatusCodeCardinality());
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapDicomWeb();
        app.MapHub<ViewerHub>("/hubs/viewer");
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapGet("/health", (HttpContext c, ArchiveStore a, PluginCatalog plugins, InferenceService inference, TimeProvider time) =>
        {
            var details = c.User.IsInRole(Roles.Admin) ? HealthView.Of(a, plugins, inference, time) : null;
            return new { status = details?.Status ?? "ok", version = HostVersion.Text, lastEvent = a.Events.LastSeq, parts = details?.Parts };
        }).WithSummary("Answers while the host serves; to admins with the parts and what is wrong with them.");
        app.MapMetrics("/metrics").RequireAuthorization(AccessSetup.ReaderPolicy);

        var api = app.MapGroup("/api/v1").RequireAuthorization(AccessSetup.ReaderPolicy).WithTags("QureHost");
        api.MapSession(options);
        api.MapWorklist();
        api.MapStudies();
        api.MapProducts();
        var admin = app.MapGroup("/api/v1").RequireAuthorization(AccessSetup.AdminPolicy).WithTags("Administration");
        admin.MapAdmin();
        admin.MapModels();
        admin.MapPlugins();
        admin.MapOperations();
        app.Services.GetRequiredService<HostMetrics>();
        return app;
    }

    /// <summary>Patient data: for this user's eyes alone.</summary>
    private static void MakeDataDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Logging(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error) // its keys lie in the data folder, whose rights are the operator's
        .AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.ColorBehavior = LoggerColorBehavior.Disabled;
            o.TimestampFormat = "HH:mm:ss ";
        });

    /// <summary>Failures that a caller can act on get their status; others are a 500 that says nothing of the inside.</summary>
    private static async Task AnswerAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var (status, detail) = error switch
        {
            ArchiveException { Error: ArchiveError.DiskFull } e => (StatusCodes.Status507InsufficientStorage, e.Message),
            ArchiveException { Error: ArchiveError.NotFound } e => (StatusCodes.Status404NotFound, e.Message),
            ArchiveException { Error: ArchiveError.Invalid } e => (StatusCodes.Status400BadRequest, e.Message),
            ArchiveException e => (StatusCodes.Status503ServiceUnavailable, e.Message),
            BadHttpRequestException e => (e.StatusCode, e.Message),
            _ => (StatusCodes.Status500InternalServerError, "The host failed on this request; its log says more."),
        };
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new ProblemDetails { Status = status, Title = "Failed", Detail = detail }, options: null, contentType: "application/problem+json");
    }
}
